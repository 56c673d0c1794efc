#include <cmath>

#include "core/error.h"
#include "core/json.h"
#include "core/spelling.h"
#include "core/table.h"
#include "core/terminal.h"
#include "core/units.h"
#include "core/uri.h"
#include "support/catch.h"

using namespace llmops;

TEST_CASE("JSON's whole numbers beyond 64 bits keep their digits where that is asked for", "[core]") {
  const std::string text =
      R"({"a": [18446744073709551616, -9223372036854775809], "b": 18446744073709551615, "c": 1e30})";
  const Json exact = parse_json_exactly(text, "x.json");
  CHECK(big_integer_digits(exact["a"][0]) == "18446744073709551616");
  CHECK(big_integer_digits(exact["a"][1]) == "-9223372036854775809");
  CHECK(exact["b"] == 18446744073709551615U);
  CHECK(exact["c"] == 1e30);
  CHECK(parse_json(text, "x.json")["a"][0].is_number_float());
  CHECK_THROWS_WITH(parse_json_exactly("[1, oops]", "x.json"), Catch::StartsWith("x.json:1:5: not valid JSON"));
  CHECK_THROWS_AS(parse_json_exactly("[1" + std::string(400, '0') + "]", "x.json"), InputError);
}

TEST_CASE("JSON errors name the place", "[core]") {
  CHECK_THROWS_WITH(parse_json("{\n  \"a\": 1,\n  oops\n}", "x.json"), Catch::StartsWith("x.json:3:3: not valid JSON"));
  CHECK_THROWS_WITH(parse_json(std::string(600, '['), "x.json"), "x.json: JSON nests deeper than 512 levels");
  CHECK_NOTHROW(parse_json("\"" + std::string(600, '[') + "\"", "x.json"));
  const Json object = parse_json(R"({"n": 3, "s": "t", "z": null})", "x.json");
  CHECK(json_get<int>(object, "n", "x.json") == 3);
  CHECK(json_get_or<int>(object, "z", 7, "x.json") == 7);
  CHECK_THROWS_WITH(json_get<int>(object, "m", "x.json"), "x.json: 'm' is missing");
  CHECK_THROWS_WITH(json_get<int>(object, "s", "x.json"), "x.json: 's' has the wrong type: found string \"t\"");
  CHECK(dump_json(Json("\xff")) == "\"\xef\xbf\xbd\"");
}

TEST_CASE("the nearest names come first, far ones not at all", "[core]") {
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ab", "ba") == 1);
  const std::vector<std::string> known{"eval", "serve", "quantize", "learning_rate"};
  CHECK(did_you_mean("evla", known) == "did you mean 'eval'?");
  CHECK(did_you_mean("learning", known) == "did you mean 'learning_rate'?");
  CHECK(did_you_mean("zzz", known, "none") == "none");
}

TEST_CASE("numbers read as people write them", "[core]") {
  CHECK(format_bytes(999) == "999 B");
  CHECK(format_bytes(271'300'000) == "271.3 MB");
  CHECK(format_bytes(999'960) == "1.0 MB");
  CHECK(format_count(1234567) == "1,234,567");
  CHECK(format_count(123) == "123");
  CHECK(format_duration(0.85) == "850 ms");
  CHECK(format_duration(245) == "4 min 05 s");
  CHECK(format_number(0.12345) == "0.1235");
  CHECK(format_number(1234567) == "1234567");
  CHECK(format_number(std::nan("")) == "nan");
  CHECK(now_utc().size() == 24);
}

TEST_CASE("a table fits the width it is given", "[core]") {
  Table table({{"name"}, {"value", Table::Align::kRight}});
  table.add_row({"a rather long name in this row", "1"});
  table.add_row({"日本語", "22"});
  CHECK(table.render(0) ==
        "name                            value\n"
        "a rather long name in this row      1\n"
        "日本語                             22\n");
  const std::string narrow = table.render(20);
  CHECK(narrow.find("…") != std::string::npos);
  std::size_t start = 0;
  for (std::size_t end; (end = narrow.find('\n', start)) != std::string::npos; start = end + 1) {
    CHECK(display_width(narrow.substr(start, end - start)) <= 20);
  }
  CHECK_THROWS_AS(table.add_row({"one"}), std::logic_error);
}

TEST_CASE("a bar chart scales to its largest bar and survives odd values", "[core]") {
  const std::string chart = bar_chart({{"a", 2}, {"b", 1}, {"c", 0}, {"d", std::nan("")}}, 20);
  CHECK(chart.find("a    2  ███████████") != std::string::npos);
  CHECK(chart.find("c    0  \n") != std::string::npos);
}

TEST_CASE("URIs of every kind parse, malformed ones say the form", "[core]") {
  CHECK(parse_uri("out/model").kind == Uri::Kind::kPath);
  const Uri model = parse_uri("models:/triage/3");
  CHECK((model.kind == Uri::Kind::kModel && model.name == "triage" && model.version == "3"));
  CHECK(parse_uri("models:/triage@production").alias == "production");
  CHECK(parse_uri("models:/triage").version.empty());
  CHECK(parse_uri("data:/tickets@2").version == "2");
  const Uri wheel = parse_uri("pypi://pkg==1.2/a/b.zip!/c.safetensors");
  CHECK((wheel.name == "pkg" && wheel.version == "1.2" && wheel.member == "a/b.zip!/c.safetensors"));
  const Uri hub = parse_uri("hf://owner/name@main");
  CHECK((hub.name == "owner/name" && hub.version == "main"));
  CHECK(parse_uri("runs:/r-1/adapter").member == "adapter");
  CHECK(parse_uri("https://example.org/x").kind == Uri::Kind::kWeb);
  for (const char* bad : {"models:/", "models:/a/b/c", "models:/../x", "models:/a@", "models:/a/x1", "data:/a@",
                          "hf://owner", "hf://a/..", "pypi://", ""}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_uri(bad), UsageError);
  }
}
