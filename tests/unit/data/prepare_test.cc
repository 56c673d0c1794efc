// The whole command against a real registry: versions, lineage, and failures that leave nothing behind.
#include "data/prepare.h"

#include <unistd.h>

#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "registry/datasets.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

struct Scratch {
  test::TemporaryDirectory folder;
  registry::Registry registry{folder.path() / ".llmops" / "registry.db"};
  Progress silent;

  Scratch() { fs::create_directory(folder.path() / "raw"); }

  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder.path() / "raw" / name, std::ios::binary) << text;
  }
  PrepareOptions options() {
    PrepareOptions options;
    options.source = (folder.path() / "raw").string();
    options.name = "notes";
    return options;
  }
  PrepareResult run(const PrepareOptions& options) { return run_prepare(options, registry, silent); }
};

std::string lines(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i * 7919);
    text += "{\"text\": \"note " + n + " about thing " + n + " and its " + n + " sides\"}\n";
  }
  return text;
}

TEST_CASE("a folder becomes version 1, the same input the same version, more input version 2", "[data]") {
  Scratch scratch;
  scratch.write("a.jsonl", lines(40));
  const PrepareResult first = scratch.run(scratch.options());
  CHECK(first.dataset == "data:/notes@1");
  CHECK(first.report.kept == 40);
  CHECK(fs::is_regular_file(first.path / "manifest.json"));
  CHECK(scratch.run(scratch.options()).dataset == "data:/notes@1");
  scratch.write("b.jsonl", "{\"text\": \"one more note that is quite unlike the others\"}\n");
  const PrepareResult second = scratch.run(scratch.options());
  CHECK(second.dataset == "data:/notes@2");
  CHECK(second.path != first.path);
  const auto version = registry::get_dataset(scratch.registry, "notes", "latest");
  CHECK(version.version == 2);
  CHECK(version.run_id == second.run_id);
  CHECK(version.summary["kept"] == 41);
  const Json json = second.json();
  for (const char* key : {"dataset", "version", "read", "kept", "dropped", "rejected", "tokens", "bytes_in", "wall_s",
                          "mb_s", "peak_rss_bytes", "splits"}) {
    CAPTURE(key);
    CHECK(json.contains(key));
  }
}

TEST_CASE("nothing usable registers nothing", "[data]") {
  Scratch scratch;
  scratch.write("a.jsonl", "{\"text\": \"\"}\n");
  CHECK_THROWS_AS(scratch.run(scratch.options()), InputError);
  CHECK(registry::list_datasets(scratch.registry).empty());
  CHECK_FALSE(fs::exists(scratch.registry.home() / "data" / "notes"));
}

TEST_CASE("a dry run counts and writes nothing", "[data]") {
  Scratch scratch;
  scratch.write("a.jsonl", lines(5));
  PrepareOptions options = scratch.options();
  options.dry_run = true;
  const PrepareResult result = scratch.run(options);
  CHECK(result.report.kept == 5);
  CHECK(result.dataset.empty());
  CHECK(result.run_id.empty());
  CHECK(registry::list_datasets(scratch.registry).empty());
}

TEST_CASE("an output that holds something is not overwritten", "[data]") {
  Scratch scratch;
  scratch.write("a.jsonl", lines(5));
  PrepareOptions options = scratch.options();
  options.output = (scratch.folder.path() / "out").string();
  fs::create_directory(options.output);
  std::ofstream(options.output + "/mine.txt") << "keep";
  CHECK_THROWS_AS(scratch.run(options), UsageError);
  CHECK(read_file(options.output + "/mine.txt") == "keep");
  CHECK(registry::list_datasets(scratch.registry).empty());
}

TEST_CASE("names and sources that cannot be are refused", "[data]") {
  Scratch scratch;
  scratch.write("a.jsonl", lines(5));
  PrepareOptions options = scratch.options();
  options.name = "../up";
  CHECK_THROWS_WITH(scratch.run(options), "'../up' is not a name for a dataset");
  options = scratch.options();
  options.source = "no-such-folder";
  CHECK_THROWS_WITH(scratch.run(options), "'no-such-folder' is not there");
  options = scratch.options();
  options.max_bad = "lots";
  CHECK_THROWS_AS(scratch.run(options), UsageError);
  options = scratch.options();
  options.overrides = {"dedupe.exact=false"};
  CHECK_THROWS_AS(scratch.run(options), ConfigError);
}

TEST_CASE("an unreadable file is counted, and the others are read", "[data]") {
  if (::geteuid() == 0) {
    WARN("skipped: root reads every file");
    return;
  }
  Scratch scratch;
  scratch.write("a.jsonl", lines(30));
  scratch.write("b.jsonl", lines(3));
  fs::permissions(scratch.folder.path() / "raw" / "b.jsonl", fs::perms::none);
  const PrepareResult result = scratch.run(scratch.options());
  CHECK(result.report.kept == 30);
  CHECK(result.report.rejected == Counts{{"unreadable_file", 1}});
  CHECK(result.dataset == "data:/notes@1");
}

}  // namespace
}  // namespace llmops::data
