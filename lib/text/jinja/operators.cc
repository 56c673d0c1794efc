// Python's operators on values of a template.
#include "text/jinja/operators.h"

#include <fmt/format.h>

#include <cmath>

#include "text/jinja/failure.h"
#include "text/jinja/iterator.h"
#include "text/jinja/text_tools.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

[[noreturn]] void throw_operands(const std::string& op, const Value& left, const Value& right) {
  throw TemplateFailure(
      fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", op, left.type_name(), right.type_name()));
}

std::int64_t integer_power(std::int64_t base, std::int64_t exponent) {
  std::int64_t result = 1;
  for (std::int64_t i = 0; i < exponent && result != 0; ++i) {
    if (__builtin_mul_overflow(result, base, &result) || i > 64) throw TemplateFailure("a number is too large");
    if (base == 1) break;
  }
  return base == -1 ? (exponent % 2 == 0 ? 1 : -1) : result;
}

double float_power(double a, double b) {
  if (a == 0 && b < 0) throw TemplateFailure("0.0 cannot be raised to a negative power");
  const double result = std::pow(a, b);
  if (std::isnan(result) && a < 0) throw TemplateFailure("complex numbers are not supported");
  if (std::isinf(result) && std::isfinite(a) && std::isfinite(b)) throw TemplateFailure("a number is too large");
  return result;
}

Value integer_arithmetic(const std::string& op, std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  bool overflow = false;
  if (op == "+") {
    overflow = __builtin_add_overflow(a, b, &result);
  } else if (op == "-") {
    overflow = __builtin_sub_overflow(a, b, &result);
  } else if (op == "*") {
    overflow = __builtin_mul_overflow(a, b, &result);
  } else if (op == "**") {
    if (b < 0) return float_power(static_cast<double>(a), static_cast<double>(b));
    result = integer_power(a, b);
  } else if (b == 0) {
    throw TemplateFailure("division by zero");
  } else if (op == "/") {
    return static_cast<double>(a) / static_cast<double>(b);
  } else if (a == INT64_MIN && b == -1) {
    overflow = op == "//";
  } else {  // towards minus infinity
    const std::int64_t rest = a % b;
    const bool adjust = rest != 0 && (rest < 0) != (b < 0);
    result = op == "//" ? a / b - (adjust ? 1 : 0) : rest + (adjust ? b : 0);
  }
  if (overflow) throw TemplateFailure("a number is too large");
  return result;
}

/// Of a whole number of any size.
Value negated(const Value& value) {
  const std::string text = value.integer_text();
  return Value::whole_number(text.starts_with('-') ? text.substr(1) : "-" + text);
}

Value float_arithmetic(const std::string& op, double a, double b) {
  if (op == "+") return a + b;
  if (op == "-") return a - b;
  if (op == "*") return a * b;
  if (op == "**") return float_power(a, b);
  if (b == 0) throw TemplateFailure("division by zero");
  if (op == "/") return a / b;
  const double rest = std::fmod(a, b);
  const double modulo = rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
  return op == "%" ? modulo : std::floor((a - modulo) / b + 0.5);
}

Value repeat(const Value& value, std::int64_t times, Interpreter& interpreter) {
  const auto count = static_cast<std::size_t>(std::max<std::int64_t>(times, 0));
  const std::size_t size = value.is_string() ? value.text().size() : value.items().size();
  if (size > 0 && count > Limits::kMaxTextBytes / size) throw TemplateFailure("a repetition is too long");
  if (value.is_string()) {
    interpreter.limits.charge_text(size * count);
    std::string text;
    for (std::size_t i = 0; i < count && size > 0; ++i) text += value.text();
    return value.is_markup() ? Value::markup(std::move(text)) : Value(std::move(text));
  }
  interpreter.limits.charge(4 * size * count);
  Items items;
  for (std::size_t i = 0; i < count && size > 0; ++i)
    items.insert(items.end(), value.items().begin(), value.items().end());
  return value.kind() == Value::Kind::kTuple ? Value::tuple(std::move(items)) : Value::list(std::move(items));
}

Value add(const Value& left, const Value& right, Interpreter& interpreter) {
  if (left.is_string() && right.is_string()) {
    interpreter.limits.charge_text(left.text().size() + right.text().size());
    if (!left.is_markup() && !right.is_markup()) return left.text() + right.text();
    const auto escaped = [](const Value& value) {
      return value.is_markup() ? value.text() : escape_html(value.text());
    };
    return Value::markup(escaped(left) + escaped(right));
  }
  if (left.is_sequence() && left.kind() == right.kind()) {
    interpreter.limits.charge(left.items().size() + right.items().size());
    Items items = left.items();
    items.insert(items.end(), right.items().begin(), right.items().end());
    return left.kind() == Value::Kind::kTuple ? Value::tuple(std::move(items)) : Value::list(std::move(items));
  }
  if (left.is_string()) {
    throw TemplateFailure(fmt::format("can only concatenate str (not \"{}\") to str", right.type_name()));
  }
  throw_operands("+", left, right);
}

}  // namespace

Value arithmetic(const std::string& op, const Value& left, const Value& right, Interpreter& interpreter) {
  if (left.is_undefined()) throw TemplateFailure(left.text());
  const bool formats = op == "%" && left.is_string();
  if (right.is_undefined() && !formats) throw TemplateFailure(right.text());
  if (left.is_number() && right.is_number()) {
    if (op == "-" && right.is_integral() && left.kind() == Value::Kind::kInt && compare_integers(left, Value(0)) == 0)
      return negated(right);
    return left.is_integral() && right.is_integral() ? integer_arithmetic(op, left.integer(), right.integer())
                                                     : float_arithmetic(op, left.number(), right.number());
  }
  if (op == "+") return add(left, right, interpreter);
  if (formats) {
    std::string text = format_percent(left.text(), right, left.is_markup(), interpreter);
    return left.is_markup() ? Value::markup(std::move(text)) : Value(std::move(text));
  }
  if (op == "*") {
    if ((left.is_string() || left.is_sequence()) && right.is_integral())
      return repeat(left, right.integer(), interpreter);
    if ((right.is_string() || right.is_sequence()) && left.is_integral())
      return repeat(right, left.integer(), interpreter);
  }
  throw_operands(op, left, right);
}

std::optional<std::size_t> length_of(const Value& value) {
  if (value.is_string()) return utf8_length(value.text());
  if (value.is_sequence()) return value.items().size();
  if (value.is_dict()) return value.entries().size();
  return value.is_object() ? value.object()->length() : std::nullopt;
}

bool contains(const Value& container, const Value& element, Interpreter& interpreter) {
  if (container.is_string()) {
    if (element.is_undefined()) throw TemplateFailure(element.text());
    if (!element.is_string()) {
      throw TemplateFailure(fmt::format("'in <string>' requires string as left operand, not {}", element.type_name()));
    }
    interpreter.limits.charge(1 + container.text().size() / 64);
    return container.text().find(element.text()) != std::string::npos;
  }
  if (container.is_dict()) return find(container.entries(), element, interpreter.limits) != nullptr;
  if (container.is_sequence()) {
    for (const Value& item : container.items()) {
      if (equal(item, element, interpreter.limits)) return true;
    }
    return false;
  }
  if (container.is_undefined()) return false;
  if (container.is_object() && container.object()->iterable()) {
    Cursor cursor(container);
    for (Value item; cursor.next(interpreter, item);) {
      if (equal(item, element, interpreter.limits)) return true;
    }
    return false;
  }
  throw TemplateFailure(fmt::format("argument of type '{}' is not iterable", container.type_name()));
}

bool compare(const std::string& op, const Value& left, const Value& right, Interpreter& interpreter) {
  Limits& limits = interpreter.limits;
  if (op == "==") return equal(left, right, limits);
  if (op == "!=") return !equal(left, right, limits);
  if (op == "in") return contains(right, left, interpreter);
  if (op == "not in") return !contains(right, left, interpreter);
  if (op == "<") return less(left, right, limits);
  if (op == ">") return less(right, left, limits);
  // NaN is neither: <= is not the opposite of > for floats.
  return (op == "<=" ? less(left, right, limits) : less(right, left, limits)) || equal(left, right, limits);
}

}  // namespace llmops::text::jinja
