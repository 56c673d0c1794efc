// Filters on numbers and single values.
#include <fmt/format.h>

#include <cmath>
#include <random>

#include "text/jinja/attributes.h"
#include "text/jinja/failure.h"
#include "text/jinja/number_methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/parameters.h"
#include "text/jinja/registry.h"

namespace llmops::text::jinja {
namespace {

Value default_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("default", std::move(arguments), {"default_value", "boolean"});
  const bool replaced = operand.is_undefined() || (values.truthy(1, false) && !operand.truthy());
  if (!replaced) return operand;
  return values.has(0) ? values[0] : Value("");
}

Value length_filter(const Value& operand, Arguments arguments, Interpreter&) {
  no_arguments("length", arguments);
  if (operand.is_undefined()) return 0;
  if (const auto length = length_of(operand)) return *length;
  throw TemplateFailure(fmt::format("object of type '{}' has no len()", operand.type_name()));
}

Value int_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("int", std::move(arguments), {"default", "base"});
  const Value fallback = values.has(0) ? values[0] : Value(0);
  if (operand.is_undefined()) throw TemplateFailure(operand.text());
  if (operand.is_integral()) return Value::whole_number(operand.integer_text());
  if (operand.kind() == Value::Kind::kFloat) {
    return std::isnan(operand.number()) ? fallback : truncate(operand.number());
  }
  if (!operand.is_string()) return fallback;
  if (const auto integer = parse_integer(operand.text(), values.integer(1, 10))) return *integer;
  const auto number = parse_float(operand.text());  // "42.9" is 42
  return number && std::isfinite(*number) ? truncate(*number) : fallback;
}

Value float_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("float", std::move(arguments), {"default"});
  if (operand.is_undefined()) throw TemplateFailure(operand.text());
  if (operand.is_number()) return operand.number();
  const auto number = operand.is_string() ? parse_float(operand.text()) : std::nullopt;
  return number ? Value(*number) : values.has(0) ? values[0] : Value(0.0);
}

void need_number(const char* filter, const Value& operand) {
  if (operand.is_undefined()) throw TemplateFailure(operand.text());
  if (!operand.is_number())
    throw TemplateFailure(fmt::format("{}: a number is needed, not {}", filter, operand.type_name()));
}

Value abs_filter(const Value& operand, Arguments arguments, Interpreter&) {
  no_arguments("abs", arguments);
  need_number("abs", operand);
  if (!operand.is_integral()) return std::abs(operand.number());
  const std::string text = operand.integer_text();
  return Value::whole_number(text.starts_with('-') ? text.substr(1) : text);
}

/// Halves to even, as Python rounds an int to tens.
Value round_integer(std::int64_t value, std::int64_t precision) {
  if (precision >= 0) return value;
  if (precision < -18) return 0;
  std::int64_t unit = 1;
  for (std::int64_t i = precision; i < 0; ++i) unit *= 10;
  const std::int64_t rest = ((value % unit) + unit) % unit;
  std::int64_t rounded = 0;
  if (__builtin_sub_overflow(value, rest, &rounded)) throw TemplateFailure("a number is too large");
  const bool up = 2 * rest > unit || (2 * rest == unit && (rounded / unit) % 2 != 0);
  if (up && __builtin_add_overflow(rounded, unit, &rounded)) throw TemplateFailure("a number is too large");
  return rounded;
}

Value round_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("round", std::move(arguments), {"precision", "method"});
  const std::string method = values.text(1, "common");
  const std::int64_t precision = std::clamp<std::int64_t>(values.integer(0, 0), -300, 300);
  if (method != "common" && method != "ceil" && method != "floor")
    throw TemplateFailure("method must be common, ceil or floor");
  need_number("round", operand);
  const double number = operand.number();
  if (method != "common") {
    const double scale = std::pow(10.0, static_cast<double>(precision));
    if (!std::isfinite(number * scale)) throw TemplateFailure("cannot convert float infinity or NaN to integer");
    return (method == "ceil" ? std::ceil(number * scale) : std::floor(number * scale)) / scale;
  }
  if (operand.is_big() && precision >= 0) return operand;
  if (operand.is_integral()) return round_integer(operand.integer(), precision);
  if (!std::isfinite(number)) return number;
  // Python rounds the decimal value that the float stands for, halves to even.
  if (precision < 0) {
    const double unit = std::pow(10.0, static_cast<double>(-precision));
    return std::nearbyint(number / unit) * unit;
  }
  return std::strtod(fmt::format("{:.{}f}", number, precision).c_str(), nullptr);
}

Value attr_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  const Parameters values("attr", std::move(arguments), {"name"}, 1);
  return own_attribute(operand, interpreter.text_of(values[0]));
}

Value filesizeformat_filter(const Value& operand, Arguments arguments, Interpreter&) {
  const Parameters values("filesizeformat", std::move(arguments), {"binary"});
  if (operand.is_undefined()) throw TemplateFailure(operand.text());
  const bool binary = values.truthy(0, false);
  const auto parsed = operand.is_number()   ? operand.number()
                      : operand.is_string() ? parse_float(operand.text())
                                            : std::nullopt;
  if (!parsed) throw TemplateFailure("filesizeformat: a number is needed");
  const double bytes = *parsed, base = binary ? 1024 : 1000;
  if (bytes == 1) return "1 Byte";
  if (bytes < base) return fmt::format("{} Bytes", truncate(bytes).integer());
  static constexpr std::string_view kPrefixes = "kMGTPEZY";
  double unit = base;
  std::size_t i = 0;
  while (i + 1 < kPrefixes.size() && bytes >= unit * base) unit *= base, ++i;
  const char prefix = binary && i == 0 ? 'K' : kPrefixes[i];
  return fmt::format("{:.1f} {}{}B", bytes / unit, prefix, binary ? "i" : "");
}

/// Any one: which, is nobody's business.
Value random_filter(const Value& operand, Arguments arguments, Interpreter& interpreter) {
  no_arguments("random", arguments);
  const Items items = iterate(operand, interpreter);
  if (items.empty()) return Value::undefined("No random item, sequence was empty.");
  return items[std::random_device()() % items.size()];
}

constexpr std::pair<const char*, FilterFunction> kFilters[] = {
    {"default", default_filter},
    {"d", default_filter},
    {"length", length_filter},
    {"count", length_filter},
    {"int", int_filter},
    {"float", float_filter},
    {"abs", abs_filter},
    {"round", round_filter},
    {"attr", attr_filter},
    {"random", random_filter},
    {"filesizeformat", filesizeformat_filter},
    {"pprint", pprint_filter},
};

}  // namespace

FilterFunction find_value_filter(const std::string& name) {
  for (const auto& [known, function] : kFilters) {
    if (name == known) return function;
  }
  return nullptr;
}

FilterFunction find_filter(const std::string& name) {
  for (const auto find_in :
       {find_value_filter, find_text_filter, find_markup_filter, find_sequence_filter, find_selection_filter}) {
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
