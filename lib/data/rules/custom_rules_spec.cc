// The recipe's `custom`: what each operator takes is checked here, so that a row never meets a rule without sense.
#include <algorithm>
#include <array>
#include <set>

#include "core/error.h"
#include "data/rules/custom_rules.h"
#include "data/rules/pattern.h"
#include "data/rules/text_measures.h"

namespace llmops::data {

namespace {

using config::YamlObject;

constexpr std::array<const char*, 14> kOperators = {
    "exists", "==",       "!=",           "<",           "<=",        ">",      ">=", "in",
    "not_in", "contains", "not_contains", "starts_with", "ends_with", "matches"};
constexpr const char* kKnown =
    "known: exists, ==, !=, <, <=, >, >=, in, not_in, contains, not_contains, starts_with, ends_with, matches";

bool is_name(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool is_order(Operator op) {
  return op == Operator::kLess || op == Operator::kLessEqual || op == Operator::kGreater ||
         op == Operator::kGreaterEqual;
}

// What is wrong with the value for this operator; "" for nothing.
std::string value_mistake(Operator op, const Json& value) {
  const bool scalar = value.is_string() || value.is_number() || value.is_boolean();
  switch (op) {
    case Operator::kExists: return value.is_null() || value.is_boolean() ? "" : "is not true or false";
    case Operator::kIn:
    case Operator::kNotIn: return value.is_array() ? "" : "is not a list";
    case Operator::kMatches:
    case Operator::kStartsWith:
    case Operator::kEndsWith: return value.is_string() ? "" : "is not text";
    default: break;
  }
  if (is_order(op)) return value.is_number() || value.is_string() ? "" : "is not a number or text";
  return scalar ? "" : "is not text, a number, true or false";
}

// Figures are numbers: comparing them with text, or looking for text in them, is a mistake.
bool suits_figure(Operator op, const Json& value) {
  if (op == Operator::kIn || op == Operator::kNotIn) {
    return std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_number(); });
  }
  return op == Operator::kExists || (value.is_number() && op <= Operator::kGreaterEqual);
}

void check_value(YamlObject& object, const CustomRule& rule) {
  const std::string mistake = value_mistake(rule.op, rule.value);
  object.check(mistake.empty(), "value", mistake + ", as '" + operator_name(rule.op) + "' needs");
  if (!mistake.empty()) return;
  if (is_text_figure(rule.field)) {
    object.check(suits_figure(rule.op, rule.value), "value", "is compared with '" + rule.field + "', which is a number",
                 "a field of that name in the rows is row." + rule.field);
  }
  if (rule.op != Operator::kMatches) return;
  try {
    Pattern compiled(rule.value.get<std::string>());
  } catch (const ConfigError& error) {
    object.check(false, "value", error.what());
  }
}

bool read_operator(YamlObject& object, Operator& op) {
  std::string name;
  object.required("operator", name);
  const auto found = std::find(kOperators.begin(), kOperators.end(), name);
  const bool known = found != kOperators.end();
  object.check(known || name.empty(), "operator", "is '" + name + "', which is none", kKnown);
  if (known) op = static_cast<Operator>(found - kOperators.begin());
  return known;
}

}  // namespace

const char* operator_name(Operator op) { return kOperators[static_cast<std::size_t>(op)]; }

void read_custom_rules(YamlObject& clean, std::vector<CustomRule>& rules) {
  std::set<std::string> names;
  for (YamlObject& object : clean.objects("custom")) {
    CustomRule rule;
    object.required("name", rule.name);
    object.required("field", rule.field);
    rule.value = object.json("value");
    std::string action = "drop";
    object.optional("action", action);
    object.check(action == "keep" || action == "drop", "action", "is not one of 'keep', 'drop'");
    rule.keep = action == "keep";
    object.check(is_name(rule.name) || !object.has("name"), "name", "has something but letters, digits, '_' and '-'");
    object.check(names.insert(rule.name).second, "name", "is the name of an earlier rule too");
    if (read_operator(object, rule.op)) check_value(object, rule);
    rules.push_back(std::move(rule));
  }
}

Json custom_rules_json(const std::vector<CustomRule>& rules) {
  Json list = Json::array();
  for (const CustomRule& rule : rules) {
    list.push_back({{"name", rule.name},
                    {"field", rule.field},
                    {"operator", operator_name(rule.op)},
                    {"value", rule.value},
                    {"action", rule.keep ? "keep" : "drop"}});
  }
  return list;
}

}  // namespace llmops::data
