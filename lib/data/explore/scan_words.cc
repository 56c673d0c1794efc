#include "data/explore/scan_words.h"

#include <unicode/uchar.h>

#include <cstring>

#include "text/utf8.h"

namespace llmops::data::explore {
namespace {

// What an ASCII byte becomes in a word, 0 where it is in none.
constexpr std::array<char, 128> make_lower() {
  std::array<char, 128> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<std::size_t>(c)] = c;
  for (char c = 'a'; c <= 'z'; ++c) {
    table[static_cast<std::size_t>(c)] = c;
    table[static_cast<std::size_t>(c - 'a' + 'A')] = c;
  }
  return table;
}
constexpr std::array<char, 128> kLower = make_lower();

bool is_word_part(char32_t c) {
  return (U_MASK(u_charType(static_cast<UChar32>(c))) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK)) != 0;
}

// Scripts without blanks: Hiragana, Katakana and the ideographs' planes. (Their punctuation is no part of a word.)
bool stands_alone(char32_t c) {
  return (c >= 0x3041 && c <= 0x30FF) || (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

bool ends_sentence(char32_t c) {
  return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF0E || c == 0x061F || c == 0x06D4 || c == 0x0964;
}

bool ends_sentence_before(std::string_view text, std::size_t next) {
  return next >= text.size() || std::strchr(" \t\r\n\"')]", text[next]) != nullptr ||
         static_cast<unsigned char>(text[next]) >= 0x80;
}

}  // namespace

void WordScanner::put(std::string_view bytes) {
  if (length_ + bytes.size() > kLongestWord) return;
  std::memcpy(word_.data() + length_, bytes.data(), bytes.size());
  length_ += bytes.size();
}

// An apostrophe within a word, where a letter follows.
bool WordScanner::take_apostrophe() {
  const std::size_t width = text_[at_] == '\'' ? 1 : text_.substr(at_).starts_with("\xE2\x80\x99") ? 3 : 0;
  if (width == 0 || at_ + width >= text_.size()) return false;
  const auto next = static_cast<unsigned char>(text_[at_ + width]);
  if (next < 0x80 ? kLower[next] < 'a' : !is_word_part(text::utf8_step(text_, at_ + width).code_point)) return false;
  put("'");
  at_ += width;
  return true;
}

// One character that is not ASCII. False where it ends the word before it, which then is there.
bool WordScanner::take_wide() {
  const text::Utf8Step step = text::utf8_step(text_, at_);
  const char32_t c = step.code_point;
  const bool part = is_word_part(c), alone = part && stands_alone(c);
  if (part && !alone) {
    std::string lower;
    text::append_utf8(lower, static_cast<char32_t>(u_tolower(static_cast<UChar32>(c))));
    put(lower);
    at_ += step.length;
    return true;
  }
  if (length_ > 0) return false;  // seen again by the next call
  at_ += step.length;
  if (alone) put(text_.substr(at_ - step.length, step.length));
  if (ends_sentence(c)) sentence_ended_ = true;
  return length_ == 0 && !sentence_ended_;
}

WordScanner::Token WordScanner::next() {
  length_ = 0;
  while (at_ < text_.size()) {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    if (byte >= 0x80) {
      if (length_ > 0 && take_apostrophe()) continue;
      if (take_wide()) continue;
      break;
    }
    if (const char lower = kLower[byte]; lower != 0) {
      if (length_ < kLongestWord) word_[length_++] = lower;
      ++at_;
      continue;
    }
    if (length_ > 0) {
      if (byte == '\'' && take_apostrophe()) continue;
      return Token::kWord;
    }
    ++at_;
    if (byte == '\n' || ((byte == '.' || byte == '!' || byte == '?') && ends_sentence_before(text_, at_)))
      sentence_ended_ = true;
    if (sentence_ended_) break;
  }
  if (sentence_ended_) {
    sentence_ended_ = false;
    return Token::kSentenceEnd;
  }
  return length_ > 0 ? Token::kWord : Token::kEnd;
}

}  // namespace llmops::data::explore
