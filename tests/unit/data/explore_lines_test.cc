// Reading lines in blocks, and JSON without a tree.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "core/error.h"
#include "core/files.h"
#include "data/explore/json_scan.h"
#include "data/explore/line_blocks.h"
#include "data/explore/record_view.h"
#include "data/explore/scan_dataset.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace llmops;
using namespace llmops::data::explore;

namespace {

struct Seen {
  std::string line;
  std::uint64_t number, offset;
};

std::vector<Seen> lines_of(const fs::path& path) {
  std::vector<Seen> seen;
  LineBlocks blocks(path);
  for (LineBlock block; blocks.next(block);) {
    for_each_line(block, [&](std::string_view line, std::uint64_t number, std::uint64_t offset) {
      seen.push_back({std::string(line), number, offset});
    });
  }
  return seen;
}

bool reads(const std::string& line) {
  RecordReader reader;
  return reader.read(line);
}

bool parses(const std::string& line) {
  try {
    return parse_json(line, "line").is_object();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

TEST_CASE("lines keep their numbers and places across blocks of any cut", "[explore]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "lines.jsonl";
  std::mt19937 random(5);
  std::string bytes = "\xEF\xBB\xBF";
  std::vector<std::string> wanted;
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t number = 1; bytes.size() < 3 * LineBlocks::kBlockBytes; ++number) {
    // Now and then a line longer than a block, a blank one, or one that ends as on Windows.
    const std::size_t size = random() % 400 == 0 ? LineBlocks::kBlockBytes + random() % 5000 : random() % 3000;
    const std::string line(size, static_cast<char>('a' + random() % 26));
    bytes += line + (random() % 5 == 0 ? "\r\n" : "\n");
    if (line.empty()) continue;
    wanted.push_back(line);
    numbers.push_back(number);
  }
  bytes += "last";
  wanted.push_back("last");
  write_file_atomic(path, bytes);
  const auto seen = lines_of(path);
  REQUIRE(seen.size() == wanted.size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    REQUIRE(seen[i].line == wanted[i]);
    if (i < numbers.size()) REQUIRE(seen[i].number == numbers[i]);
    REQUIRE(read_line_at(path, seen[i].offset) == wanted[i]);
  }
  write_file_atomic(path, "");
  CHECK(lines_of(path).empty());
  write_file_atomic(path, "\n\n");
  CHECK(lines_of(path).empty());
  CHECK_THROWS_AS(LineBlocks(folder.path() / "none"), NotFoundError);
}

TEST_CASE("a line beyond the limit costs that line alone", "[explore]") {
  const test::TemporaryDirectory folder;
  const fs::path path = folder.path() / "long.jsonl";
  std::ofstream(path) << "first\n" << std::string(LineBlocks::kLongestLine + (3 << 20), 'x') << "\nthird\n";
  const auto seen = lines_of(path);
  REQUIRE(seen.size() == 3);
  CHECK(seen[1].line.size() >= LineBlocks::kLongestLine);
  CHECK(seen[1].line.size() < LineBlocks::kLongestLine + (2 << 20));
  CHECK(seen[2].line == "third");
  CHECK(seen[2].number == 3);
  CHECK(read_line_at(path, seen[2].offset) == "third");
}

TEST_CASE("newlines are counted at every alignment", "[explore]") {
  std::string text;
  for (int i = 0; i < 9000; ++i) text += i % 7 == 0 ? '\n' : static_cast<char>(i);
  for (std::size_t begin = 0; begin < 40; ++begin) {
    const std::string_view part = std::string_view(text).substr(begin, 8000 + begin);
    CHECK(count_newlines(part) == static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\n')));
  }
}

TEST_CASE("a line is an object exactly where the parser says so", "[explore]") {
  const std::string good =
      R"({"id": "a\u00e9\ud83d\ude00", "n": [1, -0.5e+3, {"x": null}], "t": true, "text": "w \\ \" é"})";
  REQUIRE(reads(good));
  for (const char* line : {"",
                           "{",
                           "{}",
                           " { } ",
                           "[]",
                           "1",
                           "{\"a\":01}",
                           "{\"a\":1.}",
                           "{\"a\":-}",
                           "{\"a\":.5}",
                           "{\"a\":\"\\x\"}",
                           "{\"a\":\"\\ud800\"}",
                           "{\"a\":\"\\udc00\"}",
                           "{\"a\":\"\\ud800\\u0041\"}",
                           "{\"a\":\"\t\"}",
                           "{\"a\" 1}",
                           "{\"a\":1,}",
                           "{,}",
                           "{\"a\":tru}",
                           "{\"a\":nulll}",
                           "{}{}",
                           "{\"a\":\"\xFF\"}",
                           "{\"a\":1e5}",
                           "{\"a\":1E}",
                           "{'a':1}",
                           "{\"a\":\"\\u00g0\"}"}) {
    INFO(line);
    CHECK(reads(line) == parses(line));
  }
  const auto nested = [](int depth) { return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}"; };
  CHECK(reads(nested(500)));
  CHECK_FALSE(reads(nested(100000)));
  std::mt19937 random(11);
  for (int i = 0; i < 20000; ++i) {
    std::string line = good;
    for (unsigned edits = 1 + random() % 3; edits > 0; --edits) {
      const std::size_t at = random() % line.size();
      static constexpr std::string_view kBytes = "\"\\{}[],:u0eE+-. \xC3\xFFtn";
      if (random() % 2 == 0) {
        line[at] = kBytes[random() % kBytes.size()];
      } else {
        line.erase(at, 1);
      }
    }
    INFO(line);
    REQUIRE(reads(line) == parses(line));
  }
}

TEST_CASE("fields are what the parser makes of them", "[explore]") {
  const std::string line =
      R"({"id":7,"text":"a\n\"\u20ac\ud83d\ude00\/","e":"","l":[ ],"o":{"k":1},"n":null,"\u006d":"m"})";
  RecordReader reader;
  REQUIRE(reader.read(line));
  const Json parsed = parse_json(line, "line");
  const RecordView& record = reader.view();
  CHECK(record.id == "7");
  REQUIRE(record.parts.size() == 1);
  CHECK(record.parts[0].text == parsed["text"].get<std::string>());
  CHECK(find_field(record.fields, "e")->empty());
  CHECK(find_field(record.fields, "l")->empty());
  CHECK(find_field(record.fields, "n")->empty());
  CHECK_FALSE(find_field(record.fields, "o")->empty());
  CHECK(field_text(*find_field(record.fields, "m")) == "m");
  CHECK(find_field(record.fields, "x") == nullptr);
}

TEST_CASE("records of every shape give their texts", "[explore]") {
  const auto parts_of = [](const std::string& line) {
    RecordReader reader;
    REQUIRE(reader.read(line));
    std::string text = record_shape_name(reader.view().shape);
    for (const TextPart& part : reader.view().parts) text += fmt::format("|{}={}", part.role, part.text);
    return text;
  };
  CHECK(parts_of(R"({"id":"1","text":"t","source":"s","title":"x"})") == "text|text=t");
  CHECK(parts_of(R"({"messages":[{"role":"user","content":"q\n"},{"role":"assistant","content":"a"}]})") ==
        "conversation|user=q\n|assistant=a");
  CHECK(parts_of(R"({"conversations":[{"from":"human","value":"q"}]})") == "conversation|human=q");
  CHECK(parts_of(R"({"messages":[{"role":"user","content":[{"type":"image"},{"type":"text","text":"look"}]}]})") ==
        "conversation|user=look");
  CHECK(parts_of(R"({"prompt":"p","chosen":"c","rejected":"r"})") == "pair|prompt=p|chosen=c|rejected=r");
  CHECK(parts_of(R"({"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"c"}],"rejected":"r"})") ==
        "pair|chosen=q|chosen=c|rejected=r");
  CHECK(parts_of(R"({"question":"q","answer":"a","url":"u","n":3})") == "row|question=q|answer=a");
  CHECK(parts_of(R"({"messages":"none","n":3})") == "row|messages=none");
}
