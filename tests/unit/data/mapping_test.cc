// Rows to records.
#include "data/read/mapping.h"

#include "core/error.h"
#include "support/catch.h"

namespace llmops::data {
namespace {

const FieldFilter kAsIs = [](const std::string& text) { return text; };

std::string map(const InputSpec& input, const std::string& row) {
  const auto outcome = Mapping(input).map(parse_json(row, "row"), "file:1", kAsIs).outcome;
  if (const auto* loss = std::get_if<Loss>(&outcome)) return loss->rule + " " + loss->value;
  return std::get<Record>(outcome).json_text();
}

InputSpec ticket_input() {
  InputSpec input;
  input.id_field = "id";
  input.rename = {{"urgency", "priority"}};
  input.values = {{"priority", {{"P1", "high"}, {"P2", "low"}}}, {"kind", {"bug", "7"}}};
  input.messages = {{"user", "{{ body }}"}, {"assistant", "{\"k\": \"{{kind}}\", \"p\": \"{{priority}}\"}"}};
  return input;
}

TEST_CASE("templates are filled after names and values are translated", "[data]") {
  CHECK(map(ticket_input(), R"({"id": 3, "body": "it broke", "kind": " bug ", "urgency": "P1"})") ==
        R"({"id":"3","messages":[{"role":"user","content":"it broke"},)"
        R"({"role":"assistant","content":"{\"k\": \"bug\", \"p\": \"high\"}"}]})");
  CHECK(map(ticket_input(), R"({"id": 3, "body": "x", "kind": 7, "urgency": "P2"})").find(R"(\"k\": \"7\")") !=
        std::string::npos);
}

TEST_CASE("what a row was read as is told by its fields, or by the recipe", "[data]") {
  const auto schema = [](const InputSpec& input, const char* row) {
    return std::string(schema_name(Mapping(input).map(parse_json(row, "row"), "file:1", kAsIs).schema));
  };
  InputSpec input;
  CHECK(schema(input, R"({"text": "t"})") == "text");
  CHECK(schema(input, R"({"messages": [{"role": "user", "content": "q"}]})") == "messages");
  CHECK(schema(input, R"({"conversations": [{"from": "human", "value": "q"}]})") == "sharegpt");
  CHECK(schema(input, R"({"prompt": "q", "completion": "a"})") == "prompt_completion");
  CHECK(schema(input, R"({"prompt": "q", "response": "a"})") == "prompt_response");
  CHECK(schema(input, R"({"instruction": "q", "output": "a"})") == "alpaca");
  CHECK(schema(input, R"({"prompt": "q", "chosen": "a", "rejected": "b"})") == "preference");
  CHECK(schema(ticket_input(), R"({"id": 3, "body": "x", "kind": "bug", "urgency": "P1"})") == "template");
  input.text_field = "prompt";
  CHECK(schema(input, R"({"prompt": "q", "completion": "a"})") == "text");
  CHECK(std::string(schema_fields("alpaca")) == "instruction, input -> user; output -> assistant");
}

TEST_CASE("a row that does not fit is rejected by a rule that names the field", "[data]") {
  const InputSpec input = ticket_input();
  CHECK(map(input, R"({"body": "x", "kind": "bug", "urgency": "P1"})") == "missing_field id");
  CHECK(map(input, R"({"id": "1", "kind": "bug", "urgency": "P1"})") == "missing_field body");
  CHECK(map(input, R"({"id": "1", "body": null, "kind": "bug", "urgency": "P1"})") == "wrong_type body: null");
  CHECK(map(input, R"({"id": "1", "body": "x", "kind": "bog", "urgency": "P1"})") == "unknown_value kind: bog");
  CHECK(map(input, R"({"id": "1", "body": "x", "kind": "bug", "urgency": "P9"})") == "unknown_value priority: P9");
  CHECK(map(input, R"({"id": "1", "body": "", "kind": "bug", "urgency": "P1"})") == "empty body");
}

TEST_CASE("well-known schemas need no mapping", "[data]") {
  const InputSpec input;
  const std::string turns =
      R"({"id":"file:1","messages":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}]})";
  CHECK(map(input, R"({"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]})") ==
        turns);
  CHECK(map(input, R"({"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "a"}]})") == turns);
  CHECK(map(input, R"({"prompt": "q", "completion": "a"})") == turns);
  CHECK(map(input, R"({"instruction": "q", "input": "", "output": "a"})") == turns);
  CHECK(map(input, R"({"instruction": "q", "input": "in", "output": "a"})").find(R"("q\n\nin")") != std::string::npos);
  CHECK(map(input, R"({"text": "plain"})") == R"({"id":"file:1","text":"plain"})");
  CHECK(map(input, R"({"body": "plain"})") == "missing_field text");
  CHECK(map(input, R"({"messages": []})") == "bad_messages []");
  CHECK(map(input, R"({"messages": [{"role": "robot", "content": "q"}]})").substr(0, 12) == "bad_messages");
  CHECK(map(input, R"({"messages": [{"role": "user", "content": ""}]})") == "empty user");
}

TEST_CASE("a template without its end is refused", "[data]") {
  CHECK_THROWS_AS(FieldTemplate("a {{b"), ConfigError);
  CHECK(FieldTemplate("no fields }}").pieces().size() == 1);
}

TEST_CASE("slices become rows, or say what is wrong with them", "[data]") {
  const auto rule = [](const Slice& slice, Format format) {
    const auto row = read_row(slice, format, {"a", "b"});
    const auto* loss = std::get_if<Loss>(&row);
    return loss == nullptr ? dump_json(std::get<Json>(row)) : loss->rule;
  };
  CHECK(rule({1, "{\"a\": 1}", ""}, Format::kJsonl) == "{\"a\":1}");
  CHECK(rule({1, "{\"a\": 1", ""}, Format::kJsonl) == "bad_json");
  CHECK(rule({1, "3", ""}, Format::kJsonl) == "not_an_object");
  CHECK(rule({1, "\xC3(", ""}, Format::kJsonl) == "invalid_utf8");
  CHECK(rule({1, std::string(2000, '['), ""}, Format::kJsonl) == "bad_json");
  CHECK(rule({1, "1,2", ""}, Format::kCsv) == "{\"a\":\"1\",\"b\":\"2\"}");
  CHECK(rule({1, "1\t2", ""}, Format::kTsv) == "{\"a\":\"1\",\"b\":\"2\"}");
  CHECK(rule({1, "1,2,3", ""}, Format::kCsv) == "csv_columns");
  CHECK(rule({1, "1,\"2", "csv_quote"}, Format::kCsv) == "csv_quote");
}

}  // namespace
}  // namespace llmops::data
