// `llmops data` as a user meets it: looking into datasets.
#include <fstream>

#include "core/files.h"
#include "core/json.h"
#include "support/catch.h"
#include "support/workplace.h"

using namespace llmops;

namespace {

struct Workplace : test::Workplace {
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder.path() / name).parent_path());
    std::ofstream(folder.path() / name) << text;
  }
  /// Two versions of "notes": the second has another record, and one changed.
  void prepare_notes() const {
    write("raw/notes.jsonl",
          "{\"text\": \"the parcel is late again today\"}\n{\"text\": \"she wants her money back now please\"}\n");
    REQUIRE(run({"prepare", "raw", "--name", "notes"}).exit_code == 0);
    write("raw/notes.jsonl",
          "{\"text\": \"the parcel is late again today\"}\n{\"text\": \"he wants his money back at once\"}\n"
          "{\"text\": \"where is the invoice of last month\"}\n");
    REQUIRE(run({"prepare", "raw", "--name", "notes"}).exit_code == 0);
  }
};

}  // namespace

TEST_CASE("a dataset is measured by name and by path", "[cli]") {
  Workplace place;
  place.prepare_notes();
  const Json stats = place.json({"data", "stats", "notes@2"});
  CHECK(stats["schema_version"] == 1);
  CHECK(stats["records"] == 3);
  CHECK(stats["words"] == 20);
  const auto text = place.run({"data", "stats", "notes", "--html", "notes.html"});
  CHECK(text.exit_code == 0);
  CHECK(text.out.find("Mentions of groups") != std::string::npos);
  CHECK(read_file(place.folder.path() / "notes.html").starts_with("<!doctype html>"));
  place.write("rows.jsonl", "{\"id\": 1, \"question\": \"why\", \"queue\": \"a\"}\nnot json\n");
  const Json rows = place.json({"data", "stats", "rows.jsonl", "--by", "queue"});
  CHECK(rows["bad_lines"] == 1);
  CHECK(rows["by"]["queue"]["a"]["records"] == 1);
  const auto none = place.run({"data", "stats", "nots"});
  CHECK(none.exit_code == 1);
  CHECK(none.err == "error: there is no dataset 'nots'\nhint: did you mean 'notes'?\n");
}

TEST_CASE("records are shown, drawn and searched", "[cli]") {
  Workplace place;
  place.prepare_notes();
  CHECK(place.json({"data", "show", "notes@2"})["version"] == 2);  // the version's counts, without an id
  const auto hit = place.run({"data", "search", "notes", "INVOICE", "-i"});
  CHECK(hit.exit_code == 0);
  CHECK(hit.out.find("where is the invoice of last month") != std::string::npos);
  const Json line = place.json({"data", "search", "notes", "invoice"});
  const auto shown = place.run({"data", "show", "notes", line["id"].get<std::string>()});
  CHECK(shown.exit_code == 0);
  CHECK(shown.out.find("where is the invoice of last month\n") != std::string::npos);
  const auto nothing = place.run({"data", "search", "notes", "zebra", "--count"});
  CHECK(nothing.exit_code == 1);
  CHECK(nothing.out == "0\n");
  CHECK(place.run({"data", "search", "notes", "a(", "-E"}).exit_code == 2);
  CHECK(place.json({"data", "sample", "notes", "-n", "2"})["records"].size() == 2);
  CHECK(place.run({"data", "sample", "notes", "-n", "2"}).out == place.run({"data", "sample", "notes", "-n", "2"}).out);
  CHECK(place.run({"data", "show", "notes", "nobody"}).exit_code == 1);
  CHECK(place.run({"data", "search", "notes", "x", "--rejected"}).exit_code == 1);
}

TEST_CASE("two datasets are compared by their counts and their records", "[cli]") {
  Workplace place;
  place.prepare_notes();
  const Json diff = place.json({"data", "diff", "notes@1", "notes@2"});
  CHECK(diff["before"] == "notes@1");
  CHECK_FALSE(diff["differences"].empty());
  CHECK(diff["records"]["records"] == Json{{"same", 1}, {"renamed", 0}, {"changed", 1}, {"added", 1}, {"removed", 0}});
  CHECK_FALSE(place.json({"data", "diff", "notes@1", "notes@2", "--counts"}).contains("records"));
  const auto text = place.run({"data", "diff", "notes@1", "notes@2"});
  CHECK(text.out.find("changed") != std::string::npos);
  place.write("a.jsonl", "{\"text\": \"x\"}\n");
  CHECK(place.json({"data", "diff", "a.jsonl", "notes@1"})["records"]["records"]["removed"] == 1);
}

TEST_CASE("a report is a page", "[cli]") {
  Workplace place;
  std::string rows;
  for (int i = 0; i < 30; ++i)
    rows += "{\"text\": \"" + std::string(i % 2 == 0 ? "engine wheel brake" : "flour oven cake") + " number\"}\n";
  place.write("rows.jsonl", rows);
  const auto dry = place.run({"--dry-run", "data", "report", "rows.jsonl", "-o", "page.html"});
  CHECK(dry.exit_code == 0);
  CHECK_FALSE(std::filesystem::exists(place.folder.path() / "page.html"));
  const Json report = place.json({"data", "report", "rows.jsonl", "-o", "page.html"});
  CHECK(report["topics"]["topics"].size() == 2);
  CHECK(read_file(place.folder.path() / "page.html").find("map of topics") != std::string::npos);
  CHECK(place.run({"data", "report", "rows.jsonl", "-o", "page.html", "--embed", "nowhere"}).exit_code == 1);
  CHECK_FALSE(std::filesystem::exists(place.folder.path() / ".llmops"));
}
