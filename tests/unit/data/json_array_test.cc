// Cutting JSON files into elements: whole, in pieces, and broken.
#include "data/read/json_array.h"

#include <random>

#include "core/json.h"
#include "support/catch.h"
#include "support/pieces.h"

namespace llmops::data {
namespace {

// "line text", with "!" in front where it is broken.
std::vector<std::string> cut(std::string_view json, std::size_t step = 1'000'000) {
  std::vector<std::string> out;
  cut_in_pieces<JsonCutter>(json, step, [&](const Slice& slice) {
    out.push_back((slice.broken.empty() ? "" : "!") + std::to_string(slice.line) + " " + std::string(slice.text));
    if (!slice.broken.empty()) CHECK(slice.broken == "bad_json");
  });
  return out;
}

using Cut = std::vector<std::string>;

TEST_CASE("an array's elements are cut, however it is laid out", "[data]") {
  CHECK(cut(R"([{"a":1},{"b":[2,{"c":"]}"}]}])") == Cut{R"(1 {"a":1})", R"(1 {"b":[2,{"c":"]}"}]})"});
  CHECK(cut("[\n  {\n    \"a\": 1\n  },\n  {\"b\": \"\\\"}\"}\n]\n") ==
        Cut{"2 {\n    \"a\": 1\n  }", "5 {\"b\": \"\\\"}\"}"});
  CHECK(cut("[1, \"two, ]\", null,\n[3], -4.5e6]") == Cut{"1 1", "1 \"two, ]\"", "1 null", "2 [3]", "2 -4.5e6"});
  CHECK(cut("").empty());
  CHECK(cut(" [ ] \n").empty());
}

TEST_CASE("objects one after the other are cut, pretty-printed or one a line", "[data]") {
  CHECK(cut("{\"a\":1}\n{\"b\":2}\r\n\n{\"c\":3}") == Cut{"1 {\"a\":1}", "2 {\"b\":2}", "4 {\"c\":3}"});
  CHECK(cut("{\n \"a\": 1\n}{\n \"b\": 2\n}") == Cut{"1 {\n \"a\": 1\n}", "3 {\n \"b\": 2\n}"});
  CHECK(cut("[{\"a\":1}]\n[{\"b\":2}]") == Cut{"1 {\"a\":1}", "2 {\"b\":2}"});
}

TEST_CASE("a broken element costs itself and no other", "[data]") {
  const std::string tail = ",\n{\"b\":2},\n{\"c\":3}\n]";
  const Cut rest = {"3 {\"b\":2}", "4 {\"c\":3}"};
  for (const std::string broken : {
           "{\"a\": \"never closed}",  // a string over the line's end
           "{\"a\": [1, 2}",           // brackets that do not match
           "{\"a\": 1",                // no end: an object where a key must stand
           "{\"a\": [1, 2",            // no end, found at the end of the file only
           "{\"a\": {\"x\": 1}",
       }) {
    INFO(broken);
    Cut expected = {"!2 " + broken};
    expected.insert(expected.end(), rest.begin(), rest.end());
    CHECK(cut("[\n" + broken + tail) == expected);
  }
  // What is no JSON but has the shape of it is for the parser to find.
  CHECK(cut("[\n{\"a\": nul}" + tail)[0] == "2 {\"a\": nul}");
  CHECK(cut("[{\"a\":1}},\n{\"b\":2}]") == Cut{"1 {\"a\":1}", "1 }", "2 {\"b\":2}"});
}

TEST_CASE("a broken element's own objects are no elements, where the file is indented", "[data]") {
  const std::string json =
      "[\n  {\n    \"a\": \"x\n    \"list\": [\n      {\"text\": 1},\n      {\"text\": 2}\n    ]\n  },\n  {\n    "
      "\"b\": 2\n  }\n]";
  CHECK(cut(json) == Cut{"!2 {\n    \"a\": \"x\n    \"list\": [\n      {\"text\": 1},\n      {\"text\": 2}\n    ]\n  }",
                         "9 {\n    \"b\": 2\n  }"});
}

TEST_CASE("a file that ends within an element loses that element", "[data]") {
  CHECK(cut("[{\"a\":1},\n{\"b\":\"x") == Cut{"1 {\"a\":1}", "!2 {\"b\":\"x"});
  CHECK(cut("[{\"a\":1},\n{\"b\":\"x\\") == Cut{"1 {\"a\":1}", "!2 {\"b\":\"x\\"});
  CHECK(cut("{\"a\": {\n\"b\": 1") == Cut{"!1 {\"a\": {\n\"b\": 1"});
}

TEST_CASE("pieces of any size give the same elements", "[data]") {
  std::mt19937 random(3);
  const std::string alphabet = "{}[]\",:\\ \n a1";
  for (int trial = 0; trial < 400; ++trial) {
    std::string json = trial % 2 == 0 ? "[" : "";
    for (int i = 0; i < 6; ++i) {
      json += Json{{"k", random() % 100}, {"t", "x\"y\n{" + std::to_string(i)}, {"l", {1, {{"m", 2}}}}}.dump(
                  trial % 3 == 0 ? 2 : -1) +
              ",\n";
    }
    if (trial % 4 != 0) {
      for (std::size_t n = random() % 4; n-- > 0;) json[random() % json.size()] = alphabet[random() % alphabet.size()];
    }
    const Cut whole = cut(json);
    for (const std::size_t step : {1U, 2U, 7U, 64U}) CHECK(cut(json, step) == whole);
  }
}

TEST_CASE("every character but blanks, commas and the array's brackets is in one element", "[data]") {
  std::mt19937 random(4);
  const std::string alphabet = "{}{}[]\"\",:\\ \n\nab1";
  for (int trial = 0; trial < 2000; ++trial) {
    std::string json(random() % 60, ' ');
    for (char& c : json) c = alphabet[random() % alphabet.size()];
    std::size_t cut_bytes = 0, bytes = 0;
    const auto counts = [](char c) { return c != ' ' && c != '\n' && c != ',' && c != '[' && c != ']'; };
    for (const std::string& element : cut(json, 1 + random() % 10)) {
      const std::string text = element.substr(element.find(' ') + 1);
      cut_bytes += static_cast<std::size_t>(std::count_if(text.begin(), text.end(), counts));
    }
    bytes = static_cast<std::size_t>(std::count_if(json.begin(), json.end(), counts));
    INFO(json);
    CHECK(cut_bytes == bytes);
  }
}

TEST_CASE("brackets that never close are given up after a few tries", "[data]") {
  std::string json = "[\n";
  for (int i = 0; i < 200'000; ++i) json += "{\"a\":[\n";
  CHECK_FALSE(cut(json).empty());
  std::string deep(100'000, '[');
  CHECK_FALSE(cut(deep).empty());
}

}  // namespace
}  // namespace llmops::data
