#include "text/jinja/number_methods.h"

#include <fmt/format.h>
#include <unicode/uchar.h>

#include <bit>
#include <charconv>
#include <cmath>

#include "text/jinja/failure.h"
#include "text/jinja/methods.h"
#include "text/jinja/text_tools.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

std::uint64_t magnitude(const Value& self) {
  const std::int64_t value = self.integer();
  return value < 0 ? ~static_cast<std::uint64_t>(value) + 1 : static_cast<std::uint64_t>(value);
}

struct NumberMethod {
  const char* name;
  bool of_int, of_float;
  Method method;
};

constexpr NumberMethod kMethods[] = {
    {"bit_length", true, false,
     [](const Value& self, Arguments, Interpreter&) -> Value { return std::bit_width(magnitude(self)); }},
    {"bit_count", true, false,
     [](const Value& self, Arguments, Interpreter&) -> Value { return std::popcount(magnitude(self)); }},
    {"conjugate", true, true, [](const Value& self, Arguments, Interpreter&) -> Value { return self; }},
    {"is_integer", false, true,
     [](const Value& self, Arguments, Interpreter&) -> Value { return std::trunc(self.number()) == self.number(); }},
};

/// Decimal digits of any script as ASCII, other characters as they are, without white space around.
std::string ascii_number(std::string_view text) {
  const std::string stripped = strip(text, nullptr, Side::kBoth);
  std::string out;
  for (std::size_t at = 0; at < stripped.size();) {
    const Utf8Step step = utf8_step(stripped, at);
    const auto digit = u_charType(static_cast<UChar32>(step.code_point)) == U_DECIMAL_DIGIT_NUMBER
                           ? u_charDigitValue(static_cast<UChar32>(step.code_point))
                           : -1;
    if (digit >= 0) {
      out += static_cast<char>('0' + digit);
    } else {
      out.append(stripped, at, step.length);
    }
    at += step.length;
  }
  return out;
}

/// Without underscores; false where one does not stand between digits.
bool remove_underscores(std::string& text) {
  const auto alphanumeric = [&](std::size_t at) {
    return at < text.size() && std::isalnum(static_cast<unsigned char>(text[at]));
  };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '_' && (at == 0 || !alphanumeric(at - 1) || !alphanumeric(at + 1))) return false;
  }
  std::erase(text, '_');
  return true;
}

}  // namespace

Value number_attribute(const Value& number, const std::string& name) {
  const bool integral = number.is_integral();
  const Value self = integral && !number.is_big() ? Value(number.integer()) : number;
  if (name == "real" || (integral && name == "numerator")) return self;
  if (name == "imag") return integral ? Value(0) : Value(0.0);
  if (integral && name == "denominator") return 1;
  for (const NumberMethod& method : kMethods) {
    if (name == method.name && (integral ? method.of_int : method.of_float))
      return bind_method(self, method.method, name);
  }
  return Value::undefined(fmt::format("'{} object' has no attribute '{}'", number.type_name(), name));
}

std::optional<Value> parse_integer(std::string_view given, std::int64_t base) {
  if (base != 0 && (base < 2 || base > 36)) return std::nullopt;
  std::string text = ascii_number(given);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.erase(0, 1);
  static constexpr std::pair<char, int> kPrefixes[] = {{'x', 16}, {'o', 8}, {'b', 2}};
  const char mark = text.size() > 2 && text[0] == '0' ? static_cast<char>(text[1] | 0x20) : ' ';
  bool prefixed = false;
  for (const auto& [letter, radix] : kPrefixes) {
    if (mark != letter || (base != 0 && base != radix)) continue;
    prefixed = true;
    base = radix;
    text.erase(0, text.size() > 3 && text[2] == '_' ? 3 : 2);
  }
  if (base == 0 && !prefixed && text.size() > 1 && text[0] == '0' && text.find_first_not_of("0_") != std::string::npos)
    return std::nullopt;
  if (!remove_underscores(text) || text.empty() || text[0] == '-' || text[0] == '+') return std::nullopt;
  if (negative) text.insert(0, 1, '-');
  const bool decimal = base == 0 || base == 10;
  if (decimal && text.find_first_not_of("-0123456789") == std::string::npos) return Value::whole_number(text);
  std::int64_t integer = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), integer, decimal ? 10 : static_cast<int>(base));
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  if (error != std::errc()) throw TemplateFailure("a number is too large");
  return Value(integer);
}

std::optional<double> parse_float(std::string_view given) {
  std::string text = ascii_number(given);
  if (!remove_underscores(text)) return std::nullopt;
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-' && text[1] != '+') text.erase(0, 1);
  if (text.find('(') != std::string::npos) return std::nullopt;  // nan(...) is C's
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc() ? number : std::strtod(text.c_str(), nullptr);  // out of range: infinite or 0
}

Value truncate(double number) {
  if (std::isnan(number)) throw TemplateFailure("cannot convert float NaN to integer");
  if (std::isinf(number)) throw TemplateFailure("cannot convert float infinity to integer");
  if (std::abs(number) >= 9.2e18) return Value::whole_number(fmt::format("{:.0f}", number));
  return static_cast<std::int64_t>(number);
}

}  // namespace llmops::text::jinja
