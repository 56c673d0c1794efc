// UTF-8: stepping through text that may be broken, and repairing it.
#include "text/utf8.h"

#include <cstring>

namespace llmops::text {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Lead {
  int length = 0;            // of the whole sequence; 0: cannot begin one
  unsigned char low = 0x80;  // smallest and largest second byte (Unicode table 3-7)
  unsigned char high = 0xBF;
};

Lead lead_of(unsigned char byte) {
  if (byte >= 0xC2 && byte <= 0xDF) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  if (byte >= 0xF1 && byte <= 0xF3) return {4};
  return {};
}

// Bytes of the sequence at `at` that are as they must be, and whether they are all there.
struct Scan {
  std::size_t length = 1;
  int wanted = 0;
};

Scan scan_multibyte(std::string_view text, std::size_t at) {
  const Lead lead = lead_of(static_cast<unsigned char>(text[at]));
  Scan scan{1, lead.length};
  while (scan.length < static_cast<std::size_t>(lead.length) && at + scan.length < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at + scan.length]);
    const bool second = scan.length == 1;
    if (byte < (second ? lead.low : 0x80) || byte > (second ? lead.high : 0xBF)) break;
    ++scan.length;
  }
  return scan;
}

}  // namespace

Utf8Step utf8_step(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (first < 0x80) return {first, 1, true};
  const Scan scan = scan_multibyte(text, at);
  if (scan.wanted == 0 || scan.length != static_cast<std::size_t>(scan.wanted))
    return {kReplacement, scan.length, false};
  char32_t code_point = first & (0xFF >> (scan.wanted + 1));
  for (std::size_t i = 1; i < scan.length; ++i) {
    code_point = code_point << 6 | (static_cast<unsigned char>(text[at + i]) & 0x3F);
  }
  return {code_point, scan.length, true};
}

std::size_t utf8_valid_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    // Eight ASCII bytes at a time: most text is mostly that.
    std::uint64_t chunk = 0;
    if (at + 8 <= text.size()) {
      std::memcpy(&chunk, text.data() + at, 8);
      if ((chunk & 0x8080808080808080ULL) == 0) {
        at += 8;
        continue;
      }
    }
    const Utf8Step step = utf8_step(text, at);
    if (!step.valid) return at;
    at += step.length;
  }
  return at;
}

std::size_t utf8_partial_suffix(std::string_view text) {
  for (std::size_t length = 1; length <= 3 && length <= text.size(); ++length) {
    const std::size_t at = text.size() - length;
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) return 0;
    if (byte < 0xC0) continue;  // a continuation byte: its lead is further left
    const Scan scan = scan_multibyte(text, at);
    return scan.length == length && scan.length < static_cast<std::size_t>(scan.wanted) ? length : 0;
  }
  return 0;
}

std::string utf8_repair(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t good = utf8_valid_prefix(text.substr(at));
    out.append(text.substr(at, good));
    at += good;
    if (at == text.size()) break;
    append_utf8(out, kReplacement);
    at += utf8_step(text, at).length;
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | c >> 6);
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | c >> 12);
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | c >> 18);
    out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::size_t utf8_length(std::string_view text) {
  std::size_t count = 0, i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + i, 8);
    const std::uint64_t begins = ~(bytes >> 7 & ~bytes >> 6) & kEachByte;  // all but 10xxxxxx
    count += begins * kEachByte >> 56;
  }
  for (; i < text.size(); ++i) count += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
  return count;
}

}  // namespace llmops::text
