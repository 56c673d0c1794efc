// The user's own rules: fields, operators, figures of the text, mistakes.
#include "data/rules/custom_rules.h"

#include "data/rules/text_measures.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

std::vector<CustomRule> rules_from(const std::string& yaml) {
  auto document = config::YamlDocument::from_text(yaml, "r.yaml");
  auto root = document.root();
  std::vector<CustomRule> rules;
  read_custom_rules(root, rules);
  document.finish();
  return rules;
}

// Whether the condition, in YAML's flow form, holds for the row.
bool holds_for(const std::string& condition, const Json& row, const std::string& text = "") {
  return !CustomRules(rules_from("custom: [{name: r, " + condition + "}]")).broken_rule(row, text).empty();
}

const Json kRow = Json::parse(R"({"url": "https://example.org/a", "score": 0.75, "votes": "12", "big": 9007199254740993,
  "tags": ["news", 7], "meta": {"source": "crawl", "deep": {"n": 3}}, "a.b": "whole", "none": null, "ok": true,
  "words": "own field", "date": "2024-05-01", "list": [{"x": 1}]})");

TEST_CASE("conditions hold as their operators say", "[data]") {
  for (const char* condition : {"field: url, operator: exists",
                                "field: missing, operator: exists, value: false",
                                "field: none, operator: exists, value: false",
                                "field: score, operator: '==', value: 0.75",
                                "field: score, operator: '!=', value: 1",
                                "field: missing, operator: '!=', value: 1",
                                "field: score, operator: '<', value: 1",
                                "field: score, operator: '<=', value: 0.75",
                                "field: votes, operator: '>', value: 11.5",
                                "field: votes, operator: '==', value: 12",
                                "field: votes, operator: '==', value: '12'",
                                "field: big, operator: '==', value: 9007199254740993",
                                "field: big, operator: '>', value: 9007199254740992",
                                "field: date, operator: '>=', value: '2024-04-30'",
                                "field: ok, operator: '==', value: true",
                                "field: meta.source, operator: in, value: [crawl, 5]",
                                "field: meta.source, operator: not_in, value: [x]",
                                "field: missing, operator: not_in, value: [x]",
                                "field: meta.deep.n, operator: in, value: [3]",
                                "field: tags, operator: contains, value: news",
                                "field: tags, operator: contains, value: 7",
                                "field: tags, operator: not_contains, value: sport",
                                "field: url, operator: contains, value: example",
                                "field: url, operator: starts_with, value: 'https:'",
                                "field: url, operator: ends_with, value: /a",
                                "field: url, operator: matches, value: '^https?://[^/]+/a$'",
                                "field: tags.0, operator: '==', value: news",
                                "field: list.0.x, operator: '==', value: 1",
                                "field: a.b, operator: '==', value: whole",
                                "field: row.words, operator: '==', value: own field"}) {
    CAPTURE(condition);
    CHECK(holds_for(condition, kRow));
  }
}

TEST_CASE("conditions do not hold for what is missing or cannot be compared", "[data]") {
  for (const char* condition :
       {"field: missing, operator: exists", "field: missing, operator: '==', value: 1",
        "field: missing, operator: '<', value: 1", "field: url, operator: '<', value: 1",
        "field: score, operator: '<', value: a", "field: tags, operator: '>', value: 0",
        "field: score, operator: contains, value: '7'", "field: score, operator: matches, value: '7'",
        "field: tags.2, operator: exists", "field: tags.x, operator: exists", "field: tags.-1, operator: exists",
        "field: url.x, operator: exists", "field: '', operator: exists", "field: ok, operator: '==', value: 'true'",
        "field: votes, operator: '==', value: '12.0'", "field: big, operator: '==', value: 9007199254740992"}) {
    CAPTURE(condition);
    CHECK_FALSE(holds_for(condition, kRow));
  }
  CHECK_FALSE(holds_for("field: x, operator: exists", Json::array({1})));
  CHECK_FALSE(holds_for("field: x, operator: exists", Json()));
}

TEST_CASE("keep drops the rows for which its condition fails, and rules run in order", "[data]") {
  const CustomRules rules(
      rules_from("custom:\n  - {name: has_url, field: url, operator: exists, action: keep}\n  - {name: low, field: "
                 "score, operator: '<', value: 0.5}\n"));
  CHECK(rules.broken_rule({{"url", "x"}, {"score", 0.9}}, "").empty());
  CHECK(rules.broken_rule({{"score", 0.1}}, "") == "custom_has_url");
  CHECK(rules.broken_rule({{"url", "x"}, {"score", 0.1}}, "") == "custom_low");
  CHECK(CustomRules({}).broken_rule(kRow, "").empty());
}

TEST_CASE("figures are those of the text", "[data]") {
  const std::string text = "Das Haus Nr. 12 – größer\nals www.haus.de!\n";
  const TextMeasures measures = measure_text(text);
  CHECK(measures.words == 8);
  CHECK(measures.chars == 42);
  CHECK(measures.lines == 2);
  CHECK(measures.mean_word_length == Approx(34.0 / 8));
  CHECK(measures.digits_share == Approx(2.0 / 34));
  CHECK(measures.uppercase_share == Approx(3.0 / 27));
  CHECK(measures.unicode_letters_share == Approx(27.0 / 34));
  CHECK(measures.punctuation_share == Approx(5.0 / 34));
  CHECK(holds_for("field: words, operator: '==', value: 8", kRow, text));
  CHECK(holds_for("field: url_count, operator: in, value: [1]", kRow, text));
  CHECK(holds_for("field: text, operator: starts_with, value: Das", kRow, text));
  CHECK(holds_for("field: text, operator: matches, value: '\\bGRÖSSER|größer$'", kRow, "x größer"));
  CHECK(holds_for("field: mean_word_length, operator: '==', value: 0", kRow, ""));
}

TEST_CASE("an expression that takes too long leaves the row undecided", "[data]") {
  CHECK_FALSE(holds_for("field: text, operator: matches, value: '^(a+)+$'", kRow, "b"));
  const CustomRules rules(
      rules_from("custom: {name: slow, field: text, operator: matches, value: '^(?:(a+)+)+[bc]\\1$'}"));
  CHECK(rules.broken_rule({}, std::string(5000, 'a') + "d") == "custom_slow_undecided");
  CHECK(holds_for("field: text, operator: matches, value: 'x.y'", kRow, "\xFF\xFEx\xC3\xA9y"));
  CHECK_FALSE(holds_for("field: text, operator: matches, value: 'x.y'", kRow, "x\xFFy"));
}

TEST_CASE("mistakes in rules are named with their lines", "[data]") {
  CHECK_THROWS_WITH(
      rules_from("custom:\n"
                 "  - {name: a, field: x, operator: matchez, value: 1}\n"
                 "  - {name: b, field: x, operator: matches, value: 'a(b'}\n"
                 "  - {name: b, field: x, operator: in, value: 3}\n"
                 "  - {name: 'c c', field: x, operator: exists, value: 3, action: stay}\n"
                 "  - {name: d, field: words, operator: '>', value: many}\n"
                 "  - {name: e, operator: '<', value: [1]}\n"),
      Catch::Contains("r.yaml:2: 'custom.0.operator' is 'matchez', which is none") &&
          Catch::Contains("r.yaml:3: 'custom.1.value' does not compile: missing closing parenthesis (at 3)") &&
          Catch::Contains("r.yaml:4: 'custom.2.name' is the name of an earlier rule") &&
          Catch::Contains("r.yaml:4: 'custom.2.value' is not a list, as 'in' needs") &&
          Catch::Contains("r.yaml:5: 'custom.3.value' is not true or false") &&
          Catch::Contains("r.yaml:5: 'custom.3.action' is not one of 'keep', 'drop'") &&
          Catch::Contains("r.yaml:5: 'custom.3.name' has something but letters") &&
          Catch::Contains("r.yaml:6: 'custom.4.value' is compared with 'words', which is a number") &&
          Catch::Contains("r.yaml:7: 'custom.5.field' is missing") &&
          Catch::Contains("r.yaml:7: 'custom.5.value' is not a number or text, as '<' needs"));
}

TEST_CASE("rules are written back as they were read", "[data]") {
  const auto rules = rules_from("custom: [{name: r, field: x, operator: not_in, value: [1, a], action: keep}]");
  const Json json = custom_rules_json(rules);
  CHECK(dump_json(json) == R"([{"name":"r","field":"x","operator":"not_in","value":[1,"a"],"action":"keep"}])");
  CHECK(custom_rules_json(rules_from("custom: " + dump_json(json))) == json);
}

}  // namespace
}  // namespace llmops::data
