// Values as text: Python's str() and repr().
#include "text/jinja/text_form.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "text/jinja/failure.h"
#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

std::string escape_of(char32_t c) {
  const auto code = static_cast<std::uint32_t>(c);
  if (code < 0x100) return fmt::format("\\x{:02x}", code);
  return code < 0x10000 ? fmt::format("\\u{:04x}", code) : fmt::format("\\U{:08x}", code);
}

std::string quote(const std::string& text) {
  const bool use_double = text.find('\'') != std::string::npos && text.find('"') == std::string::npos;
  const char mark = use_double ? '"' : '\'';
  std::string out(1, mark);
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    const char32_t c = step.code_point;
    if (c == '\\' || c == static_cast<char32_t>(mark)) {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\r') {
      out += "\\r";
    } else if (c == '\t') {
      out += "\\t";
    } else if (is_python_printable(c)) {
      out.append(text, at, step.length);
    } else {
      out += escape_of(c);
    }
    at += step.length;
  }
  return out + mark;
}

std::string join_reprs(const Items& items, Limits& limits) {
  std::string out;
  for (const Value& item : items) {
    if (!out.empty()) out += ", ";
    out += repr(item, limits);
    limits.charge_text(out.size() / 8);
  }
  return out;
}

std::string dict_repr(const Entries& entries, Limits& limits) {
  std::string out;
  for (const auto& [key, value] : entries) {
    if (!out.empty()) out += ", ";
    out += repr(key, limits) + ": " + repr(value, limits);
    limits.charge_text(out.size() / 8);
  }
  return "{" + out + "}";
}

}  // namespace

std::string float_repr(double number) {
  if (std::isnan(number)) return "nan";
  if (std::isinf(number)) return number < 0 ? "-inf" : "inf";
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const int exponent = std::atoi(std::string(text.substr(text.find('e') + 1)).c_str());
  // Python writes an exponent below 1e-4 and from 1e16 on.
  if (exponent < -4 || exponent >= 16) return std::string(text);
  const auto fixed = std::to_chars(buffer, buffer + sizeof(buffer), number, std::chars_format::fixed).ptr;
  std::string out(buffer, fixed);
  return out.find('.') == std::string::npos ? out + ".0" : out;
}

std::string repr(const Value& value, Limits& limits) {
  limits.charge(1);
  switch (value.kind()) {
    case Value::Kind::kUndefined: return "Undefined";
    case Value::Kind::kNone: return "None";
    case Value::Kind::kBool: return value.truthy() ? "True" : "False";
    case Value::Kind::kInt: return value.integer_text();
    case Value::Kind::kFloat: return float_repr(value.number());
    case Value::Kind::kString:
      limits.charge_text(value.text().size());
      return value.is_markup() ? "Markup(" + quote(value.text()) + ")" : quote(value.text());
    case Value::Kind::kList: return "[" + join_reprs(value.items(), limits) + "]";
    case Value::Kind::kTuple: return "(" + join_reprs(value.items(), limits) + (value.items().size() == 1 ? ",)" : ")");
    case Value::Kind::kDict: return dict_repr(value.entries(), limits);
    case Value::Kind::kObject: return value.object()->repr(limits);
  }
  return "";
}

std::string ascii_repr(const Value& value, Limits& limits) {
  const std::string text = repr(value, limits);
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Step step = utf8_step(text, at);
    out += step.code_point < 0x80 ? text.substr(at, 1) : escape_of(step.code_point);
    at += step.length;
  }
  return out;
}

std::string to_text(const Value& value, Limits& limits) {
  if (value.is_string()) return value.text();
  if (value.is_undefined()) return "";
  return repr(value, limits);
}

}  // namespace llmops::text::jinja
