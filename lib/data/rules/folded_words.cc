// Words of ASCII are hashed as they are found; others are folded by ICU.
#include "data/rules/folded_words.h"

#include <unicode/uchar.h>

#include <string>

#include "data/rules/character_class.h"
#include "data/rules/words.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

bool is_word_character(char32_t c) {
  return (U_MASK(u_charType(static_cast<UChar32>(c))) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0;
}

bool joins_words(char32_t c) {
  if (c < 0x80) return c == '-' || c == '\'' || (kAsciiClasses[c] & kSpace) != 0;
  return c == 0x2019 || c == 0x2010 || c == 0x2011 || (character_class(c) & kSpace) != 0;
}

class Folder {
 public:
  std::vector<FoldedWord> run(std::string_view text) {
    words_.reserve(text.size() / 6 + 4);
    for (std::size_t at = 0; at < text.size();) {
      const auto byte = static_cast<unsigned char>(text[at]);
      if (byte < 0x80) {
        take_ascii(byte);
        ++at;
        continue;
      }
      const text::Utf8Step step = text::utf8_step(text, at);
      take_wide(step.code_point);
      at += step.length;
    }
    end_word();
    return std::move(words_);
  }

 private:
  void take_ascii(unsigned char c) {
    const std::uint16_t bits = kAsciiClasses[c];
    if ((bits & (kLetter | kDigit)) != 0) {
      word_ += static_cast<char>((bits & kUpper) != 0 ? c | 0x20 : c);
    } else {
      end_word();
      joined_ &= joins_words(c);
    }
  }

  void take_wide(char32_t c) {
    if (is_word_character(c)) {
      text::append_utf8(word_, static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT)));
    } else {
      end_word();
      joined_ &= joins_words(c);
    }
  }

  void end_word() {
    if (word_.empty()) return;
    words_.push_back({word_hash(word_), joined_});
    word_.clear();
    joined_ = true;
  }

  std::vector<FoldedWord> words_;
  std::string word_;
  bool joined_ = false;  // the first word is joined to none
};

}  // namespace

std::vector<FoldedWord> folded_words(std::string_view text) { return Folder().run(text); }

}  // namespace llmops::data
