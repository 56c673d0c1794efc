// Escapes within string literals.
#include "text/jinja/string_literal.h"

#include <unicode/uchar.h>

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

// "{BULLET}"
bool append_named(std::string_view literal, std::size_t& at, std::string& out) {
  const std::size_t end = literal.find('}', at);
  if (at >= literal.size() || literal[at] != '{' || end == std::string_view::npos) return false;
  const std::string name(literal.substr(at + 1, end - at - 1));
  UErrorCode status = U_ZERO_ERROR;
  UChar32 code = u_charFromName(U_UNICODE_CHAR_NAME, name.c_str(), &status);
  if (U_FAILURE(status)) {
    status = U_ZERO_ERROR;
    code = u_charFromName(U_CHAR_NAME_ALIAS, name.c_str(), &status);
  }
  if (U_FAILURE(status)) return false;
  append_utf8(out, static_cast<char32_t>(code));
  at = end + 1;
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

std::optional<std::string> unescape(std::string_view literal) {
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
    } else if (c == '\n') {
      continue;
    } else if (c == 'x' || c == 'u' || c == 'U' || c == 'N') {
      const bool done = c == 'N' ? append_named(literal, at, out)
                                 : append_hex(literal, at,
                                              c == 'x'   ? 2
                                              : c == 'u' ? 4
                                                         : 8,
                                              out);
      if (!done) return std::nullopt;
    } else {
      out += '\\';
      out += c;
    }
  }
  return out;
}

}  // namespace llmops::text::jinja
