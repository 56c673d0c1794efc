#include "text/jinja/format_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "text/jinja/failure.h"
#include "text/jinja/text_form.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

constexpr std::string_view kIntegerTypes = "bcdoxXn";
constexpr std::string_view kFloatTypes = "eEfFgG%n";

bool among(char c, std::string_view set) { return c != 0 && set.find(c) != std::string_view::npos; }

int read_digits(const std::string& text, std::size_t& at) {
  int number = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
    number = number * 10 + (text[at++] - '0');
    if (number > kMaxFormatWidth) throw TemplateFailure("a format is too wide");
  }
  return number;
}

/// Separators between groups of digits of the whole part.
std::string grouped(const std::string& digits, char separator, std::size_t size) {
  const std::size_t whole = std::min(digits.find_first_of(".e%"), digits.size());
  std::string out;
  for (std::size_t i = 0; i < whole; ++i) {
    if (i > 0 && (whole - i) % size == 0) out += separator;
    out += digits[i];
  }
  return out + digits.substr(whole);
}

/// Without the sign.
std::string integer_digits(const Value& value, char type) {
  const std::string text = value.integer_text();
  if (!among(type, "boxX")) return text.substr(text.starts_with('-') ? 1 : 0);
  const auto bits = static_cast<std::uint64_t>(value.integer());
  const std::uint64_t number = value.integer() < 0 ? ~bits + 1 : bits;
  switch (type) {
    case 'b': return fmt::format("{:b}", number);
    case 'o': return fmt::format("{:o}", number);
    case 'x': return fmt::format("{:x}", number);
    default: return fmt::format("{:X}", number);
  }
}

std::string printed(const char* form, int precision, double number) {
  char buffer[2 * kMaxFormatWidth];
  const int length = std::snprintf(buffer, sizeof(buffer), form, precision, number);
  return {buffer, static_cast<std::size_t>(std::clamp<int>(length, 0, sizeof(buffer) - 1))};
}

/// @param number  not negative
std::string float_digits(double number, const FormatSpec& spec) {
  if (!std::isfinite(number)) {
    const std::string text = std::isnan(number) ? "nan" : "inf";
    return among(spec.type, "EFG") ? (text == "nan" ? "NAN" : "INF") : text + (spec.type == '%' ? "%" : "");
  }
  const int precision = spec.precision < 0 ? 6 : spec.precision;
  switch (spec.type) {
    case 0: return spec.precision < 0 ? float_repr(number) : printed("%.*g", std::max(precision, 1), number);
    case '%': return printed("%.*f", precision, number * 100) + "%";
    case 'n': return printed("%.*g", precision, number);
    default: {
      const std::string form = std::string(spec.alternate ? "%#.*" : "%.*") + spec.type;
      return printed(form.c_str(), precision, number);
    }
  }
}

std::string padded(const std::string& sign, const std::string& body, const FormatSpec& spec, char own_align) {
  const char align = spec.align != 0 ? spec.align : own_align;
  const std::size_t length = utf8_length(sign) + utf8_length(body);
  const std::size_t pad = static_cast<std::size_t>(spec.width) > length ? spec.width - length : 0;
  const std::size_t left = align == '<' ? 0 : align == '^' ? pad / 2 : pad;
  std::string before, after;
  for (std::size_t i = 0; i < pad; ++i) (i < left ? before : after) += spec.fill;
  return align == '=' ? sign + before + body : before + sign + body + after;
}

std::string format_real(const Value& value, const FormatSpec& spec) {
  const bool as_float = value.kind() == Value::Kind::kFloat || among(spec.type, "eEfFgG%");
  const bool negative = value.is_integral() ? value.integer_text().starts_with('-')
                                            : std::signbit(value.number()) && !std::isnan(value.number());
  std::string sign = negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "";
  std::string digits;
  if (as_float) {
    digits = float_digits(std::abs(value.number()), spec);
  } else {
    if (spec.precision >= 0) throw TemplateFailure("precision not allowed in integer format specifier");
    digits = integer_digits(value, spec.type);
    if (spec.alternate && among(spec.type, "boxX")) sign += fmt::format("0{}", spec.type);
  }
  if (spec.grouping != 0) digits = grouped(digits, spec.grouping, among(spec.type, "boxX") ? 4 : 3);
  return padded(sign, digits, spec, '>');
}

std::string format_string(const Value& value, const FormatSpec& spec) {
  if (among(spec.align, "=") || spec.sign != '-' || spec.grouping != 0 || spec.alternate)
    throw TemplateFailure("a part of the format is not allowed in a string format specifier");
  std::string text = value.text();
  if (spec.precision >= 0) {
    std::size_t end = 0;
    for (int i = 0; i < spec.precision && end < text.size(); ++i) end += utf8_step(text, end).length;
    text.resize(end);
  }
  return padded("", text, spec, '<');
}

}  // namespace

FormatSpec parse_format_spec(const std::string& text) {
  FormatSpec spec;
  std::size_t at = 0;
  const std::size_t first = text.empty() ? 0 : utf8_step(text, 0).length;
  if (first < text.size() && among(text[first], "<>^=")) {
    spec.fill = text.substr(0, first);
    spec.align = text[first];
    at = first + 1;
  } else if (!text.empty() && among(text[0], "<>^=")) {
    spec.align = text[at++];
  }
  const auto take = [&](std::string_view set) { return at < text.size() && among(text[at], set) ? text[at++] : '\0'; };
  if (const char sign = take("+- ")) spec.sign = sign;
  spec.alternate = take("#") != 0;
  spec.zero = take("0") != 0;
  if (spec.zero && spec.align == 0) {
    spec.fill = "0";
    spec.align = '=';
  }
  spec.width = read_digits(text, at);
  spec.grouping = take(",_");
  if (take(".") != 0) {
    const std::size_t begin = at;
    spec.precision = read_digits(text, at);
    if (at == begin) throw TemplateFailure("Format specifier missing precision");
  }
  if (at < text.size()) spec.type = text[at++];
  if (at != text.size()) throw TemplateFailure("Invalid format specifier");
  return spec;
}

std::string format_value(const Value& value, const FormatSpec& spec, Interpreter& interpreter) {
  const bool plain = spec.width == 0 && spec.precision < 0 && spec.align == 0 && spec.type == 0 && spec.grouping == 0 &&
                     spec.sign == '-' && !spec.alternate;
  if (plain) return interpreter.text_of(value);
  const bool boolean = value.kind() == Value::Kind::kBool && spec.type == 0;
  if (value.is_string() && (spec.type == 0 || spec.type == 's')) {
    FormatSpec text_spec = spec;
    if (spec.zero && spec.align == '=') text_spec.align = '<';
    return format_string(value, text_spec);
  }
  if (spec.type == 'c' && value.is_integral()) {
    if (value.integer() < 0 || value.integer() > 0x10FFFF) throw TemplateFailure("%c arg not in range(0x110000)");
    std::string character;
    append_utf8(character, static_cast<char32_t>(value.integer()));
    return padded("", character, spec, '<');
  }
  const bool fits = value.is_integral()
                        ? spec.type == 0 || among(spec.type, kIntegerTypes) || among(spec.type, kFloatTypes)
                        : value.kind() == Value::Kind::kFloat && (spec.type == 0 || among(spec.type, kFloatTypes));
  if (!fits) throw TemplateFailure(fmt::format("unsupported format string for '{}'", value.type_name()));
  return boolean ? format_real(value.integer(), spec) : format_real(value, spec);
}

}  // namespace llmops::text::jinja
