// Searching and sampling records.
#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "data/explore/byte_finder.h"
#include "data/explore/sample_dataset.h"
#include "data/explore/search_dataset.h"
#include "data/explore/search_pattern.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::data::explore;

namespace {

struct Corpus {
  test::TemporaryDirectory folder;
  DatasetFiles files;

  explicit Corpus(const std::string& lines) {
    write_file_atomic(folder.path() / "data.jsonl", lines);
    files = find_dataset_files(folder.path() / "data.jsonl");
  }

  std::vector<SearchHit> search(SearchSpec spec) const {
    std::vector<SearchHit> hits;
    Progress silent;
    search_dataset(files, spec, silent, [&](const SearchHit& hit) { hits.push_back(hit); });
    return hits;
  }
  std::vector<std::string> ids(const std::string& query, bool regex = false, bool ignore_case = false) const {
    SearchSpec spec;
    spec.query = query;
    spec.regex = regex;
    spec.ignore_case = ignore_case;
    std::vector<std::string> found;
    for (const SearchHit& hit : search(spec)) found.push_back(hit.id);
    return found;
  }
};

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE("bytes are found where std::string finds them", "[explore]") {
  std::mt19937 random(4);
  for (int i = 0; i < 4000; ++i) {
    std::string text, needle;
    for (unsigned k = random() % 90; k > 0; --k) text += "abAB\\"[random() % 5];
    for (unsigned k = 1 + random() % 4; k > 0; --k) needle += "abAB\\"[random() % 5];
    const std::size_t from = random() % (text.size() + 1);
    CHECK(ByteFinder(needle, false).find(text, from) == text.find(needle, from));
    const auto fold = [](std::string value) {
      std::transform(value.begin(), value.end(), value.begin(), [](char c) { return c == '\\' ? c : char(c | 0x20); });
      return value;
    };
    CHECK(ByteFinder(needle, true).find(text, from) == fold(text).find(fold(needle), from));
  }
}

TEST_CASE("what is searched is the text, however it is written", "[explore]") {
  const Corpus corpus(
      "{\"id\":\"plain\",\"text\":\"caf\u00e9 \u732b A/B <b> and\"}\n"
      "{\"id\":\"escaped\",\"text\":\"caf\\u00e9 \\u732b A\\/B \\u003cb> \\u0061nd\"}\n"
      "{\"id\":\"caf\u00e9\",\"text\":\"only the id has it\",\"note\":\"caf\u00e9\"}\n"
      "{\"id\":\"lines\",\"text\":\"one\\ntwo\"}\n");
  for (const char* query : {"caf\u00e9", "\u732b", "A/B", "<b>", "and", "/", "\u00e9 \u732b"}) {
    INFO(query);
    CHECK(corpus.ids(query) == Ids{"plain", "escaped"});
    CHECK(corpus.ids(query, false, true) == Ids{"plain", "escaped"});
  }
  CHECK(corpus.ids("CAF\u00c9", false, true) == Ids{"plain", "escaped"});
  CHECK(corpus.ids("CAF\u00c9").empty());
  CHECK(corpus.ids("one\ntwo") == Ids{"lines"});
  CHECK(corpus.ids("^two$", true) == Ids{"lines"});
  CHECK(corpus.ids("\\p{Han}", true) == Ids{"plain", "escaped"});
  CHECK(corpus.ids("text").empty());  // a key is no text
  SearchSpec spec;
  spec.query = "caf\u00e9";
  spec.field = "note";
  REQUIRE(corpus.search(spec).size() == 1);
  CHECK(corpus.search(spec)[0].line == 3);
}

TEST_CASE("a hit shows its place and what stands around it", "[explore]") {
  const Corpus corpus(
      "{\"text\":\"no\"}\n\n{\"id\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"a\\nneedle and "
      "needle\"},{\"role\":\"assistant\",\"content\":\"needle\"}]}\n");
  SearchSpec spec;
  spec.query = "needle";
  spec.context = 6;
  const auto hits = corpus.search(spec);
  REQUIRE(hits.size() == 1);
  CHECK(hits[0].json() == Json{{"id", "x"},
                               {"file", "data.jsonl"},
                               {"line", 3},
                               {"role", "user"},
                               {"matches", 3},
                               {"before", "a "},
                               {"match", "needle"},
                               {"after", " and n"}});
  CHECK(hits[0].text(0) == "data.jsonl:3  x user  3 matches\n  a needle and n\n");
}

TEST_CASE("hits come in order, as many as are asked for, from any number of threads", "[explore]") {
  std::string lines;
  Ids wanted;
  for (int i = 0; i < 60000; ++i) {
    const std::string id = std::to_string(i);
    lines += "{\"id\":\"" + id + "\",\"text\":\"" + std::string(100, 'x') + (i % 97 == 5 ? " mark" : "") + "\"}\n";
    if (i % 97 == 5) wanted.push_back(id);
  }
  const Corpus corpus(lines);
  for (const int threads : {1, 3}) {
    SearchSpec spec;
    spec.query = "mark";
    spec.most = 0;
    spec.threads = threads;
    Ids found;
    for (const SearchHit& hit : corpus.search(spec)) {
      found.push_back(hit.id);
      REQUIRE(hit.line == std::stoul(hit.id) + 1);
    }
    CHECK(found == wanted);
    spec.most = 3;
    CHECK(corpus.search(spec).size() == 3);
    spec.count_only = true;
    Progress silent;
    CHECK(search_dataset(corpus.files, spec, silent, {}).records == wanted.size());
  }
}

TEST_CASE("patterns that do not hold are refused", "[explore]") {
  CHECK_THROWS_WITH(SearchPattern("", false, false), "there is nothing to search for");
  CHECK_THROWS_WITH(SearchPattern("a(b", true, false),
                    "the expression 'a(b' does not compile: missing closing parenthesis at character 4");
  CHECK_THROWS_AS(SearchPattern("\xFF", false, false), UsageError);
  CHECK(SearchPattern("x*", true, false).find("aaa").begin == std::string::npos);  // nothing is no match
  CHECK(SearchPattern("(a|aa)+$", true, false).find(std::string(30, 'a')).end == 30);
}

TEST_CASE("a sample holds what fits, the same for a seed", "[explore]") {
  std::string lines = "not a record\n";
  for (int i = 0; i < 500; ++i)
    lines += fmt::format("{{\"id\":\"{}\",\"text\":\"t\",\"language\":\"{}\"}}\n", i, i % 2 == 0 ? "en" : "de");
  const Corpus corpus(lines);
  SampleSpec spec;
  spec.count = 20;
  spec.where = {parse_where("language=de")};
  Progress silent;
  const auto first = sample_dataset(corpus.files, spec, silent), again = sample_dataset(corpus.files, spec, silent);
  REQUIRE(first.size() == 20);
  std::set<std::string> lines_seen;
  for (std::size_t i = 0; i < first.size(); ++i) {
    CHECK(first[i].line == again[i].line);
    CHECK(parse_json(first[i].line, "line")["language"] == "de");
    CHECK(lines_seen.insert(first[i].line).second);
  }
  spec.seed = 1;
  CHECK(sample_dataset(corpus.files, spec, silent)[0].line != first[0].line);
  CHECK_THROWS_WITH(parse_where("language"), "'language' is not FIELD=VALUE");
}

TEST_CASE("records are found by id and printed without what a terminal would obey", "[explore]") {
  const Corpus corpus(
      "{\"id\":\"a\",\"text\":\"x\\u001b[31mred\\n\",\"source\":\"s\"}\n{\"id\":\"b\",\"messages\":[{\"role\":"
      "\"user\",\"content\":\"hi\"}]}\n");
  Progress silent;
  const auto records = find_records(corpus.files, {"b", "a"}, silent);
  REQUIRE(records.size() == 2);
  CHECK(records[0].text() == "b  data.jsonl:2\nuser:\nhi\n");
  CHECK(records[1].text() == "a  data.jsonl:1\nsource: s\nx\uFFFD[31mred\n\n");
  CHECK_THROWS_AS(find_records(corpus.files, {"c"}, silent), NotFoundError);
}
