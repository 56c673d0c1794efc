#include "data/explore/shown_text.h"

#include <algorithm>

#include "data/record.h"
#include "text/utf8.h"

namespace llmops::data::explore {
namespace {

// Also U+0080 to U+009F, of which terminals obey some; in UTF-8 they begin with 0xC2.
bool is_control(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  return byte < 0x20 || byte == 0x7F ||
         (byte == 0xC2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0);
}

}  // namespace

std::string shown_line(std::string_view text, std::size_t most) {
  text = cut_text(text, most);
  std::string line;
  line.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool control = is_control(text, at);
    if (control && static_cast<unsigned char>(text[at]) == 0xC2) ++at;
    line += control ? ' ' : text[at];
  }
  return line;
}

std::string shown_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\n' || text[at] == '\t' || !is_control(text, at)) {
      out += text[at];
      continue;
    }
    if (static_cast<unsigned char>(text[at]) == 0xC2) ++at;
    text::append_utf8(out, 0xFFFD);
  }
  return out;
}

std::string_view text_tail(std::string_view text, std::size_t most) {
  std::size_t begin = text.size() - std::min(text.size(), most);
  while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) ++begin;
  return text.substr(begin);
}

}  // namespace llmops::data::explore
