// Escaping, eight bytes at a time.
#include "data/json_text.h"

#include <cstdint>
#include <cstring>

namespace llmops::data {

namespace {

constexpr std::uint64_t every_byte(unsigned char byte) { return 0x0101010101010101ULL * byte; }

// The high bit of each byte below `bound` (at most 0x80), and perhaps of one behind it: never misses, may ask twice.
constexpr std::uint64_t below(std::uint64_t word, unsigned char bound) {
  return (word - every_byte(bound)) & ~word & every_byte(0x80);
}

bool needs_escape(unsigned char c) { return c < 0x20 || c == '"' || c == '\\'; }

// The first character from `at` that JSON escapes, or the end.
std::size_t plain_until(std::string_view text, std::size_t at) {
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, 8);
    const std::uint64_t quote = word ^ every_byte('"'), backslash = word ^ every_byte('\\');
    if ((below(word, 0x20) | below(quote, 1) | below(backslash, 1)) != 0) break;
  }
  while (at < text.size() && !needs_escape(static_cast<unsigned char>(text[at]))) ++at;
  return at;
}

void append_escape(std::string& out, unsigned char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    case '\b': out += "\\b"; break;
    case '\f': out += "\\f"; break;
    default:
      out += "\\u00";
      out += kDigits[c >> 4];
      out += kDigits[c & 15];
  }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = plain_until(text, at);
    out.append(text, at, end - at);
    at = end;
    if (at < text.size()) append_escape(out, static_cast<unsigned char>(text[at++]));
  }
  out += '"';
}

}  // namespace llmops::data
