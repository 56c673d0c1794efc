// One schema that asks for all that two ask for: allOf, and what stands beside anyOf or $ref.
#include "infer/grammar/schema_merge.h"

#include <fmt/format.h>

#include <algorithm>

#include "infer/grammar/schema_keywords.h"

namespace llmops::infer::grammar {
namespace {

// What becomes of a key that both have with different values.
enum class Rule { kLarger, kSmaller, kCommonTypes, kCommonValues, kUnion, kProperties };
struct KeyRule {
  std::string_view key;
  Rule rule;
};
constexpr KeyRule kRules[] = {
    {"minLength", Rule::kLarger},         {"minItems", Rule::kLarger},         {"minProperties", Rule::kLarger},
    {"minimum", Rule::kLarger},           {"exclusiveMinimum", Rule::kLarger}, {"maxLength", Rule::kSmaller},
    {"maxItems", Rule::kSmaller},         {"maxProperties", Rule::kSmaller},   {"maximum", Rule::kSmaller},
    {"exclusiveMaximum", Rule::kSmaller}, {"type", Rule::kCommonTypes},        {"enum", Rule::kCommonValues},
    {"required", Rule::kUnion},           {"properties", Rule::kProperties},
};

Json as_list(const Json& value) { return value.is_array() ? value : Json::array({value}); }

bool contains(const Json& list, const Json& value) { return std::ranges::find(list, value) != list.end(); }

Json common_types(const Json& a, const Json& b) {
  Json common = Json::array();
  const Json left = as_list(a), right = as_list(b);
  for (const Json& type : left) {
    if (contains(right, type) || (type == "integer" && contains(right, "number"))) common.push_back(type);
    if (type == "number" && !contains(right, "number") && contains(right, "integer")) common.push_back("integer");
  }
  return common;
}

Json both_values(Rule rule, const Json& a, const Json& b, const std::string& pointer) {
  Json out = Json::array();
  switch (rule) {
    case Rule::kLarger:
    case Rule::kSmaller:
      if (!a.is_number() || !b.is_number()) throw_schema(pointer, "not a number");
      return (rule == Rule::kLarger) == (a.get<double>() > b.get<double>()) ? a : b;
    case Rule::kCommonTypes:
      out = common_types(a, b);
      if (out.empty()) throw_schema(pointer, "no type is in all of the schemas that are put together");
      return out;
    case Rule::kCommonValues:
      for (const Json& value : as_list(a)) {
        if (contains(as_list(b), value)) out.push_back(value);
      }
      if (out.empty()) throw_schema(pointer, "no value is in all of the schemas that are put together");
      return out;
    case Rule::kUnion:
      out = as_list(a);
      for (const Json& value : as_list(b)) {
        if (!contains(out, value)) out.push_back(value);
      }
      return out;
    case Rule::kProperties: break;
  }
  if (!a.is_object() || !b.is_object()) throw_schema(pointer, "not an object");
  out = a;
  for (const auto& [name, schema] : b.items()) {
    const auto found = out.find(name);
    if (found == out.end()) {
      out[name] = schema;
    } else if (*found != schema) {
      throw_schema(pointer_to(pointer, name), "two different schemas for one property are not supported");
    }
  }
  return out;
}

// "additionalProperties" speaks of the properties beside it alone, so it must not meet others.
void refuse_additional(const Json& a, const Json& b, const std::string& pointer) {
  const auto additional = a.find("additionalProperties");
  if (additional == a.end() || *additional == true) return;
  const Json others = b.value("properties", Json::object());
  for (const auto& item : others.items()) {
    if (!a.contains("properties") || !a["properties"].contains(item.key())) {
      throw_schema(pointer,
                   fmt::format("'additionalProperties' of one part leaves no room for '{}' of another", item.key()),
                   "write one object with all the properties");
    }
  }
}

}  // namespace

Json merge_schemas(const Json& a, const Json& b, const std::string& pointer) {
  if (a == true) return b;
  if (b == true) return a;
  if (!a.is_object() || !b.is_object()) throw_schema(pointer, "only objects can be put together");
  for (const Json* one : {&a, &b}) {
    if (one->contains("properties") && !(*one)["properties"].is_object()) {
      throw_schema(pointer_to(pointer, "properties"), "not an object");
    }
  }
  refuse_additional(a, b, pointer);
  refuse_additional(b, a, pointer);
  Json out = a;
  for (const auto& [key, value] : b.items()) {
    const auto found = out.find(key);
    const Keyword* keyword = find_keyword(key);
    const bool says_something = keyword != nullptr && keyword->use != Keyword::Use::kNone;
    if (found == out.end()) {
      out[key] = value;
    } else if (says_something && *found != value) {
      const auto rule = std::ranges::find(kRules, key, &KeyRule::key);
      const std::string at = pointer_to(pointer, key);
      if (rule == std::end(kRules)) throw_schema(at, "not supported in more than one of the schemas put together");
      *found = both_values(rule->rule, *found, value, at);
    }
  }
  return out;
}

}  // namespace llmops::infer::grammar
