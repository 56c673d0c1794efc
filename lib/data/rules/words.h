// A text as words and marks, near enough to the English tokenizer that the published quality rules were used with
// (spaCy's): "Don't wait, it's 10km." is do n't wait , it 's 10 km .
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "data/rules/character_class.h"

namespace llmops::data {

struct Word {
  std::uint64_t hash = 0;   ///< of its bytes
  std::uint32_t begin = 0;  ///< byte in its text
  std::uint32_t chars = 0;  ///< code points
  std::uint16_t bits = 0;   ///< kLetter and kDigit, where any of its characters is one; others may be missing
  bool symbol = false;      ///< every character is of kSymbol
};

/// Splits one run of characters that are not white space. Keeps its memory from chunk to chunk; one a thread.
class ChunkSplitter {
 public:
  /// The pieces in order, none empty; they lie in `chunk` and are valid until the next call.
  const std::vector<std::string_view>& split(std::string_view chunk);

 private:
  void split_inside(std::string_view core);
  std::vector<std::string_view> pieces_;
  std::vector<std::string_view> suffixes_;  ///< of the chunk, last first
};

/// A 64-bit hash that is quick on short words; not for adversaries, whose only gain were a text dropped.
std::uint64_t word_hash(std::string_view word);

/// All words of a text, below 4 GiB. A chunk is a run without white space (Python's).
///
/// Unlike spaCy it knows no emoticons, no contractions without apostrophe ("dont") and few abbreviations.
std::vector<Word> split_words(std::string_view text);

}  // namespace llmops::data
