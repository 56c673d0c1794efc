// Where a long text may be cut without any published pre-tokenizer finding other words in it.
#include "text/training/text_cut.h"

#include "text/unicode.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

/// The character that ends at `end`, which is not 0.
char32_t character_before(std::string_view text, std::size_t end) {
  std::size_t begin = end - 1;
  while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  return utf8_step(text, begin).code_point;
}

}  // namespace

std::size_t last_text_cut(std::string_view text) {
  for (std::size_t at = text.size(); at-- > 1;) {
    const bool space = text[at] == ' ';
    if ((!space && text[at] != '\n') || at + 1 == text.size()) continue;
    if (!is_alphabetic(utf8_step(text, at + 1).code_point)) continue;
    const char32_t before = character_before(text, at);
    if (space ? is_alphabetic(before) : !is_white_space(before)) return space ? at : at + 1;
  }
  return 0;
}

}  // namespace llmops::text
