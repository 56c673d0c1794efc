// Escapes within string literals.
#include "text/jinja/string_literal.h"

#include <charconv>

#include "text/utf8.h"

namespace llmops::text::jinja {
namespace {

// Reads exactly `digits` hexadecimal digits; false when they are not there or name no character.
bool append_hex(std::string_view literal, std::size_t& at, std::size_t digits, std::string& out) {
  if (literal.size() - at < digits) return false;
  std::uint32_t code = 0;
  const auto [end, error] = std::from_chars(literal.data() + at, literal.data() + at + digits, code, 16);
  if (error != std::errc() || end != literal.data() + at + digits || code > 0x10FFFF ||
      (code >= 0xD800 && code < 0xE000)) {
    return false;
  }
  append_utf8(out, static_cast<char32_t>(code));
  at += digits;
  return true;
}

void append_octal(std::string_view literal, std::size_t& at, std::string& out) {
  std::uint32_t code = 0;
  for (int i = 0; i < 3 && at < literal.size() && literal[at] >= '0' && literal[at] <= '7'; ++i) {
    code = code * 8 + static_cast<std::uint32_t>(literal[at++] - '0');
  }
  append_utf8(out, static_cast<char32_t>(code));
}

}  // namespace

std::string unescape(std::string_view literal) {
  static constexpr std::string_view kNames = "abfnrtv\\'\"";
  static constexpr std::string_view kMeanings = "\a\b\f\n\r\t\v\\'\"";
  std::string out;
  for (std::size_t at = 0; at < literal.size();) {
    if (literal[at] != '\\' || at + 1 == literal.size()) {
      out += literal[at++];
      continue;
    }
    const char c = literal[at + 1];
    at += 2;
    if (const auto known = kNames.find(c); known != std::string_view::npos) {
      out += kMeanings[known];
    } else if (c >= '0' && c <= '7') {
      append_octal(literal, --at, out);
    } else if (c == '\n' || (c == 'x' && append_hex(literal, at, 2, out)) ||
               (c == 'u' && append_hex(literal, at, 4, out)) || (c == 'U' && append_hex(literal, at, 8, out))) {
      continue;
    } else {
      out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace llmops::text::jinja
