// Random schemas: every document that random allowed tokens make is one that the schema describes.
#include "core/json.h"
#include "support/catch.h"
#include "support/grammar_walk.h"
#include "text/utf8.h"

using namespace llmops;
using namespace llmops::test;

namespace {

// What the schemas below use, read straight from the standard.
bool valid(const Json& value, const Json& schema, const Json& root);

bool valid_type(const Json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  return type == "array" ? value.is_array() : value.is_object();
}

bool valid_object(const Json& value, const Json& schema, const Json& root) {
  const Json none = Json::object();
  const Json& properties = schema.contains("properties") ? schema["properties"] : none;
  for (const auto& name : schema.value("required", std::vector<std::string>())) {
    if (!value.contains(name)) return false;
  }
  for (const auto& [name, member] : value.items()) {
    if (properties.contains(name)) {
      if (!valid(member, properties[name], root)) return false;
    } else if (schema.contains("additionalProperties") && !valid(member, schema["additionalProperties"], root)) {
      return false;
    }
  }
  return true;
}

bool valid_array(const Json& value, const Json& schema, const Json& root) {
  const std::size_t prefix = schema.contains("prefixItems") ? schema["prefixItems"].size() : 0;
  if (value.size() < schema.value("minItems", prefix) || value.size() > schema.value("maxItems", 1'000'000u))
    return false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    const Json any = true;
    const Json& item = i < prefix ? schema["prefixItems"][i] : schema.contains("items") ? schema["items"] : any;
    if (!valid(value[i], item, root)) return false;
  }
  return true;
}

bool valid(const Json& value, const Json& schema, const Json& root) {
  if (schema.is_boolean()) return schema.get<bool>();
  if (schema.contains("$ref")) {
    return valid(value, root.at(Json::json_pointer(schema["$ref"].get<std::string>().substr(1))), root);
  }
  if (schema.contains("const") && value != schema["const"]) return false;
  if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end()) return false;
  if (schema.contains("anyOf") &&
      std::ranges::none_of(schema["anyOf"], [&](const Json& one) { return valid(value, one, root); })) {
    return false;
  }
  if (schema.contains("type") && !valid_type(value, schema["type"].get<std::string>())) return false;
  if (value.is_number()) {
    const auto number = value.get<double>();
    if (number < schema.value("minimum", -1e300) || number > schema.value("maximum", 1e300)) return false;
    if (number <= schema.value("exclusiveMinimum", -1e300) || number >= schema.value("exclusiveMaximum", 1e300))
      return false;
  }
  if (value.is_string()) {
    const std::size_t length = text::utf8_length(value.get<std::string>());
    if (length < schema.value("minLength", 0u) || length > schema.value("maxLength", 1'000'000u)) return false;
  }
  if (value.is_object() && !valid_object(value, schema, root)) return false;
  return !value.is_array() || valid_array(value, schema, root);
}

class RandomSchema {
 public:
  explicit RandomSchema(std::mt19937& random) : random_(random) {}

  Json document() {
    Json schema = object(3);
    schema["$defs"] = {
        {"tree",
         {{"type", "object"},
          {"properties", {{"v", any(0)}, {"kids", {{"type", "array"}, {"items", {{"$ref", "#/$defs/tree"}}}}}}},
          {"required", {"v"}}}}};
    return schema;
  }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }

  Json any(int depth) {
    switch (pick(depth > 0 ? 10 : 6)) {
      case 0: return string();
      case 1: return number("integer");
      case 2: return number("number");
      case 3: return {{"enum", {"red", 3, nullptr, "gr\"ün", 1.5}}};
      case 4: return {{"type", pick(2) ? "boolean" : "null"}};
      case 5: return {{"const", pick(2) ? Json("x") : Json(7)}};
      case 6: return array(depth - 1);
      case 7: return {{"anyOf", {any(depth - 1), any(depth - 1)}}};
      case 8: return pick(3) ? object(depth - 1) : Json(true);
      default: return {{"$ref", "#/$defs/tree"}};
    }
  }
  Json string() {
    Json schema = {{"type", "string"}};
    if (pick(2)) schema["maxLength"] = 2 + pick(6);
    if (pick(2)) schema["minLength"] = pick(3);
    return schema;
  }
  Json number(const char* type) {
    Json schema = {{"type", type}};
    const int low = pick(2000) - 1000;
    if (pick(2)) schema[pick(2) ? "minimum" : "exclusiveMinimum"] = low;
    if (pick(2)) schema[pick(2) ? "maximum" : "exclusiveMaximum"] = low + 2 + pick(300);
    return schema;
  }
  Json array(int depth) {
    Json schema = {{"type", "array"}};
    std::size_t prefix = 0;
    if (pick(3) == 0) {
      schema["prefixItems"] = {any(depth), any(depth)};
      prefix = 2;
    }
    if (prefix == 0 || pick(2)) schema["items"] = any(depth);
    if (pick(2)) schema["minItems"] = pick(3);
    if (schema.contains("items") && pick(2)) schema["maxItems"] = 2 + pick(3);
    return schema;
  }
  Json object(int depth) {
    static const std::vector<std::string> kNames = {"a", "ab", "abc", "é", "na me", "q\"", "x1", "value"};
    Json schema = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
    for (const std::string& name : kNames) {
      if (pick(3) != 0) continue;
      schema["properties"][name] = any(depth);
      if (pick(2)) schema["required"].push_back(name);
    }
    if (pick(3) == 0) schema["additionalProperties"] = pick(2) ? Json(false) : any(depth);
    return schema;
  }

  std::mt19937& random_;
};

}  // namespace

TEST_CASE("random walks through random schemas end in valid documents", "[infer]") {
  const auto trie =
      vocabulary({"{\"",  "\":",     "\",\"",  "\"}",   "},",    "[[",   "]]",      "[{\"", "\"}]", "true", "false",
                  "null", "\\u00e9", ", \"",   ": ",    "{\n  ", "\n}",  "10",      "123",  "-1",   "0.5",  "é",
                  "😀",   "ab",      "abc\":", "value", "}}",    "\\\"", "\"red\"", "e-",   "\"\"", "[]",   "{}"});
  std::mt19937 random(3);
  int finished = 0;
  for (int i = 0; i < 250; ++i) {
    const Json schema = RandomSchema(random).document();
    INFO(schema.dump());
    const auto grammar = grammar_of(GrammarSource::Kind::kJsonSchema, schema.dump(), trie);
    for (int n = 0; n < 4; ++n) {
      const Walk walk = random_walk(grammar, random, 30, 10);
      INFO(walk.text);
      CHECK(walk.masks_agree);
      if (!walk.finished) continue;
      ++finished;
      const Json document = parse_json(walk.text, "document");
      CHECK(valid(document, schema, schema));
    }
  }
  CHECK(finished > 600);
}
