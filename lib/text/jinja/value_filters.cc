// Filters on numbers and single values.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "text/jinja/attributes.h"
#include "text/jinja/failure.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"
#include "text/jinja/text_tools.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

Value default_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("default", std::move(arguments), {"default_value", "boolean"});
  const bool replaced = operand.is_undefined() || (values.truthy(1, false) && !operand.truthy());
  if (!replaced) return operand;
  return values.has(0) ? values[0] : Value("");
}

Value length_filter(const Value& operand, Arguments, Interpreter&) {
  if (operand.is_undefined()) return 0;
  if (operand.is_string()) return utf8_length(operand.text());
  if (operand.is_sequence()) return operand.items().size();
  if (operand.is_dict()) return operand.entries().size();
  throw TemplateFailure(fmt::format("object of type '{}' has no len()", operand.type_name()));
}

Value int_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("int", std::move(arguments), {"default", "base"});
  const Value fallback = values.has(0) ? values[0] : Value(0);
  if (operand.is_integral()) return operand.integer();
  double number = 0;
  if (operand.is_string()) {
    std::string text = strip(operand.text(), nullptr, Side::kBoth);
    if (text.starts_with('+')) text.erase(0, 1);
    std::int64_t integer = 0;
    const auto base = static_cast<int>(std::clamp<std::int64_t>(values.integer(1, 10), 2, 36));
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer, base);
    if (error == std::errc() && end == text.data() + text.size()) return integer;
    const auto [stop, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (wrong != std::errc() || stop != text.data() + text.size()) return fallback;
  } else if (operand.kind() == Value::Kind::kFloat) {
    number = operand.number();
  } else {
    return fallback;
  }
  return std::abs(number) < 9.2e18 ? Value(static_cast<std::int64_t>(number)) : fallback;
}

Value float_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("float", std::move(arguments), {"default"});
  if (operand.is_number()) return operand.number();
  const Value fallback = values.has(0) ? values[0] : Value(0.0);
  if (!operand.is_string()) return fallback;
  std::string text = strip(operand.text(), nullptr, Side::kBoth);
  if (text.starts_with('+')) text.erase(0, 1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? Value(number) : fallback;
}

void need_number(const char* filter, const Value& operand) {
  if (operand.is_undefined()) throw TemplateFailure(operand.text());
  if (!operand.is_number())
    throw TemplateFailure(fmt::format("{}: a number is needed, not {}", filter, operand.type_name()));
}

Value abs_filter(const Value& operand, Arguments, Interpreter& interpreter) {
  need_number("abs", operand);
  if (!operand.is_integral()) return std::abs(operand.number());
  return operand.integer() < 0 ? arithmetic("-", Value(0), operand, interpreter) : Value(operand.integer());
}

Value round_filter(const Value& operand, Arguments arguments, Interpreter&) {
  need_number("round", operand);
  const Parameters values("round", std::move(arguments), {"precision", "method"});
  const std::string method = values.text(1, "common");
  const double scale = std::pow(10.0, static_cast<double>(std::clamp<std::int64_t>(values.integer(0, 0), -300, 300)));
  const double number = operand.number();
  if (method == "ceil") return std::ceil(number * scale) / scale;
  if (method == "floor") return std::floor(number * scale) / scale;
  if (method != "common") throw TemplateFailure("method must be common, ceil or floor");
  // Python rounds the decimal value that the float stands for, halves to even.
  const auto digits = std::max<std::int64_t>(values.integer(0, 0), 0);
  if (values.integer(0, 0) < 0) return std::nearbyint(number * scale) / scale;
  return std::strtod(fmt::format("{:.{}f}", number, std::min<std::int64_t>(digits, 300)).c_str(), nullptr);
}

Value attr_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("attr", std::move(arguments), {"name"}, 1);
  const std::string name = values.text(0, "");
  if (operand.kind() == Value::Kind::kObject) return operand.object()->attribute(name);
  return Value::undefined(fmt::format("'{}' object has no attribute '{}'", operand.type_name(), name));
}

constexpr std::pair<const char*, FilterFunction> kFilters[] = {
    {"default", default_filter}, {"d", default_filter},   {"length", length_filter},
    {"count", length_filter},    {"int", int_filter},     {"float", float_filter},
    {"abs", abs_filter},         {"round", round_filter}, {"attr", attr_filter},
};

}  // namespace

FilterFunction find_value_filter(const std::string& name) {
  for (const auto& [known, function] : kFilters) {
    if (name == known) return function;
  }
  return nullptr;
}

FilterFunction find_filter(const std::string& name) {
  for (const auto find_in : {find_value_filter, find_text_filter, find_sequence_filter, find_selection_filter}) {
    if (const FilterFunction function = find_in(name)) return function;
  }
  return nullptr;
}

Value apply_filter(const std::string& name, const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const FilterFunction function = find_filter(name);
  if (function == nullptr) throw TemplateFailure(fmt::format("No filter named '{}'.", name));
  return function(operand, std::move(arguments), interpreter);
}

}  // namespace llmops::text::jinja
