// Data sets of a hub, against a local one.
#include "data/tables/hub_dataset.h"

#include <cstdlib>

#include "core/error.h"
#include "core/files.h"
#include "core/git_hash.h"
#include "core/hash.h"
#include "support/catch.h"
#include "support/hub_server.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using Catch::Matchers::Contains;

const std::string kCommit = "c0ffee0000000000000000000000000000000000";

/// A hub with one data set, acme/tickets, and an empty cache.
struct Fixture {
  test::TemporaryDirectory folder;
  fs::path hub = folder.path() / "hub", cache = folder.path() / "cache", tickets = hub / "datasets/acme/tickets";
  std::unique_ptr<test::HubServer> server;

  explicit Fixture(const std::string& settings = "{}") {
    ::unsetenv("LLMOPS_HUB_URL");
    ::unsetenv("HF_TOKEN");
    for (const char* name : {"data/train-0.jsonl", "data/train-1.jsonl", "data/test-0.jsonl", "more/a/extra.csv",
                             "README.md", "LICENSE", "hub.json"}) {
      fs::create_directories((tickets / name).parent_path());
      write_file_atomic(tickets / name,
                        name == std::string("hub.json") ? settings : std::string("{\"text\": \"") + name + "\"}\n");
    }
    server = std::make_unique<test::HubServer>(hub);
  }
  HubDataset fetch(const std::string& uri) const {
    Progress silent;
    return fetch_hub_dataset(uri, cache, silent, server->url());
  }
  std::vector<std::string> names(const std::string& uri) const {
    std::vector<std::string> found;
    for (const HubDatasetFile& file : fetch(uri).files) {
      CHECK(read_file(file.path) == read_file(tickets / file.name));
      found.push_back(file.name);
    }
    return found;
  }
  std::string requests() const { return read_file(hub / "requests.log"); }
};

using Names = std::vector<std::string>;

TEST_CASE("names of data sets are taken apart", "[data]") {
  const auto name = parse_hub_dataset("hf://datasets/acme/tickets@refs/convert/parquet/default/train/*.parquet");
  CHECK(name.repository == "acme/tickets");
  CHECK(name.revision == "refs/convert/parquet");
  CHECK(name.path == "default/train/*.parquet");
  CHECK(parse_hub_dataset("hf://datasets/acme/tickets@refs%2Fpr%2F7/a.csv").revision == "refs/pr/7");
  CHECK(parse_hub_dataset("hf://datasets/acme/tickets@v1").path.empty());
  CHECK(parse_hub_dataset("hf://datasets/acme/tickets/data/").path == "data");
  for (const char* wrong : {"hf://datasets/acme", "hf://datasets/acme/@v1", "hf://datasets/acme/tickets@",
                            "hf://acme/tiny", "hf://datasets/../x", "hf://datasets//x"}) {
    INFO(wrong);
    CHECK_THROWS_AS(parse_hub_dataset(wrong), UsageError);
  }
}

TEST_CASE("all files that hold data are fetched, over several pages of the listing", "[data]") {
  const Fixture fixture(R"({"small": ["more/a/extra.csv"]})");
  const HubDataset dataset = fixture.fetch("hf://datasets/acme/tickets");
  CHECK(dataset.uri == "hf://datasets/acme/tickets@" + kCommit);
  CHECK(dataset.commit == kCommit);
  CHECK(fixture.names("hf://datasets/acme/tickets") ==
        Names{"data/test-0.jsonl", "data/train-0.jsonl", "data/train-1.jsonl", "more/a/extra.csv"});
  CHECK(dataset.files[0].sha256 == sha256_file(dataset.files[0].path));
  CHECK(dataset.files[3].sha256.empty());
  CHECK(dataset.files[3].bytes == fs::file_size(dataset.files[3].path));
}

TEST_CASE("a pattern, a folder and a file are chosen by name", "[data]") {
  const Fixture fixture;
  CHECK(fixture.names("hf://datasets/acme/tickets/data/train-*.jsonl") ==
        Names{"data/train-0.jsonl", "data/train-1.jsonl"});
  CHECK(fixture.names("hf://datasets/acme/tickets@v1/**/*.csv") == Names{"more/a/extra.csv"});
  CHECK(fixture.names("hf://datasets/acme/tickets@refs/convert/parquet/more") == Names{"more/a/extra.csv"});
  CHECK(fixture.names("hf://datasets/acme/tickets/LICENSE") == Names{"LICENSE"});
  CHECK(fixture.fetch("hf://datasets/acme/tickets@v1/LICENSE").uri ==
        "hf://datasets/acme/tickets@" + kCommit + "/LICENSE");
}

TEST_CASE("what was fetched once is found again without the network", "[data]") {
  Fixture fixture;
  const HubDataset first = fixture.fetch("hf://datasets/acme/tickets");
  const auto asked = fixture.requests().size();
  CHECK(fixture.fetch("hf://datasets/acme/tickets").files.size() == 4);
  CHECK(fixture.requests().find("resolve", asked) == std::string::npos);
  fixture.server.reset();
  Progress silent;
  const HubDataset again = fetch_hub_dataset(first.uri, fixture.cache, silent, "http://127.0.0.1:1");
  CHECK(again.files.size() == 4);
  CHECK(again.uri == first.uri);
}

TEST_CASE("a file in the cache that was damaged is fetched again", "[data]") {
  const Fixture fixture(R"({"small": ["more/a/extra.csv"]})");
  for (const HubDatasetFile& file : fixture.fetch("hf://datasets/acme/tickets").files) {
    std::string bytes = read_file(file.path);
    bytes[0] ^= 1;
    write_file_atomic(file.path, bytes);
  }
  CHECK(fixture.names("hf://datasets/acme/tickets").size() == 4);
}

TEST_CASE("a broken transfer goes on where it broke", "[data]") {
  const Fixture fixture(R"({"break": {"data/train-1.jsonl": 10}})");
  CHECK_THROWS_AS(fixture.fetch("hf://datasets/acme/tickets"), SystemError);
  CHECK(fixture.names("hf://datasets/acme/tickets").size() == 4);
  CHECK_THAT(fixture.requests(), Contains("data/train-1.jsonl bytes=10-"));
}

TEST_CASE("a file whose hash differs is refused, whichever hash the hub gives", "[data]") {
  for (const char* settings : {R"({"corrupt": ["LICENSE"]})", R"({"corrupt": ["LICENSE"], "small": ["LICENSE"]})"}) {
    const Fixture fixture(settings);
    CHECK_THROWS_AS(fixture.fetch("hf://datasets/acme/tickets/LICENSE"), InputError);
    CHECK_FALSE(fs::exists(fixture.cache / "acme/tickets" / kCommit / "LICENSE"));
  }
}

TEST_CASE("names that lead out of the folder are refused", "[data]") {
  const Fixture fixture(R"({"siblings": ["../../evil.csv"]})");
  CHECK_THROWS_WITH(fixture.fetch("hf://datasets/acme/tickets"), Contains("which leads out of its folder"));
  CHECK_FALSE(fs::exists(fixture.cache / "acme/evil.csv"));
}

TEST_CASE("a data set or file that is not on the hub names near ones", "[data]") {
  const Fixture fixture;
  const auto hint_of = [&](const std::string& uri) {
    try {
      fixture.fetch(uri);
    } catch (const NotFoundError& error) {
      return std::string(error.what()) + " | " + error.hint();
    }
    return std::string("no error");
  };
  CHECK(hint_of("hf://datasets/acme/tickts") ==
        "'hf://datasets/acme/tickts' is not on the hub | did you mean 'acme/tickets'?");
  CHECK_THAT(hint_of("hf://datasets/acme/tickets/data/train-2.jsonl"),
             Contains("'hf://datasets/acme/tickets@" + kCommit +
                      "' has no file 'data/train-2.jsonl' | did you mean 'data/train-0.jsonl', "));
  CHECK_THAT(hint_of("hf://datasets/acme/tickets@v9"), Contains("'hf://datasets/acme/tickets@v9' is not on the hub"));
}

TEST_CASE("a private data set needs a token", "[data]") {
  const Fixture fixture(R"({"token": "hf_secret"})");
  CHECK_THROWS_WITH(fixture.fetch("hf://datasets/acme/tickets"), "the hub refuses 'hf://datasets/acme/tickets' (401)");
  ::setenv("HF_TOKEN", "hf_secret", 1);
  CHECK(fixture.names("hf://datasets/acme/tickets").size() == 4);
  ::unsetenv("HF_TOKEN");
}

TEST_CASE("Git's hash of a file is what Git says", "[data]") {
  test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "hello", "hello\n");
  CHECK(git_hash_file(folder.path() / "hello") == "ce013625030ba8dba906f756967f9e9ca394464a");  // git hash-object
  write_file_atomic(folder.path() / "none", "");
  CHECK(git_hash_file(folder.path() / "none") == "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
}

}  // namespace
}  // namespace llmops::data
