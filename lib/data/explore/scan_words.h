// The words of a text, as every count of this folder takes them.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace llmops::data::explore {

/// Cuts texts into lower-case words and sentences. A word is a run of letters, digits and marks, with apostrophes
/// between letters ("don't", U+2019 becomes '); an ideograph or kana is a word of its own, for those scripts put no
/// blanks between words. A sentence ends at a line's end, at . ! ? before white space or a closing mark, and at their
/// likes of other scripts. Of a word longer than kLongestWord bytes only the beginning counts.
class WordScanner {
 public:
  static constexpr std::size_t kLongestWord = 128;
  enum class Token { kWord, kSentenceEnd, kEnd };

  explicit WordScanner(std::string_view text) : text_(text) {}
  Token next();
  /// Of the last kWord, until the next call.
  std::string_view word() const { return {word_.data(), length_}; }

 private:
  bool take_wide();
  bool take_apostrophe();
  void put(std::string_view bytes);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t length_ = 0;
  std::array<char, kLongestWord> word_;
  bool sentence_ended_ = false;  ///< behind the word that was given last
};

}  // namespace llmops::data::explore
