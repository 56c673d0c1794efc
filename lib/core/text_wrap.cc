// Breaks lines by the columns they take.
#include "core/text_wrap.h"

#include <algorithm>

#include "core/terminal.h"

namespace llmops {
namespace {

/// Bytes of the character at `at`, by its first byte; 1 for what is none.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t bytes = lead < 0xC2 || lead > 0xF4 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (lead < 0x80 || bytes == 1 || at + bytes > text.size()) return 1;
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((static_cast<unsigned char>(text[at + i]) & 0xC0) != 0x80) return 1;
  }
  return bytes;
}

/// U+0080 to U+009F, which some terminals obey.
bool is_c1(std::string_view text, std::size_t at, std::size_t bytes) {
  return bytes == 2 && text[at] == '\xC2' && static_cast<unsigned char>(text[at + 1]) < 0xA0;
}

void append_symbol(std::string& out, unsigned char control) {
  // U+2400 and on are the symbols of the 32 control characters, U+2421 that of DEL.
  const int symbol = control == 0x7f ? 0x21 : control;
  out += "\xE2\x90";
  out += static_cast<char>(0x80 + symbol);
}

void wrap_line(std::string_view line, int width, std::vector<std::string>& lines) {
  std::size_t begin = 0, blank = std::string_view::npos;
  int columns = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t bytes = character_bytes(line, at);
    const int wide = display_width(line.substr(at, bytes));
    if (columns + wide > width && at > begin) {
      const bool at_blank = blank != std::string_view::npos && blank > begin;
      const std::size_t end = line[at] == ' ' ? at : at_blank ? blank : at;
      lines.emplace_back(line.substr(begin, end - begin));
      begin = end < line.size() && line[end] == ' ' ? end + 1 : end;
      at = begin;
      blank = std::string_view::npos;
      columns = 0;
      continue;
    }
    if (line[at] == ' ') blank = at;
    columns += wide;
    at += bytes;
  }
  lines.emplace_back(line.substr(begin));
}

}  // namespace

std::string visible_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t bytes = character_bytes(text, at);
    if (lead == '\t') {
      out += "    ";
    } else if (lead == '\r' && at + 1 < text.size() && text[at + 1] == '\n') {  // a line break of its own kind
    } else if (lead != '\n' && (lead < 0x20 || lead == 0x7f)) {
      append_symbol(out, lead);
    } else if ((bytes == 1 && lead >= 0x80) || is_c1(text, at, bytes)) {
      out += "\xEF\xBF\xBD";
    } else {
      out += text.substr(at, bytes);
    }
    at += bytes;
  }
  return out;
}

std::vector<std::string> wrap_text(std::string_view text, int width) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    wrap_line(text.substr(at, end - at), std::max(1, width), lines);
    at = end + 1;
  }
  return lines;
}

}  // namespace llmops
