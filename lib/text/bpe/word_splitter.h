// Pre-tokenizers of tokenizer.json: where words begin and end. Merges never cross a word's border.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "text/regex.h"

namespace llmops::text {

/// A word of a text, perhaps with a space before it that the text does not have.
struct Word {
  Range range;
  bool added_space = false;
};

/// One step: each word is cut further. Immutable; shared between threads.
class SplitStep {
 public:
  virtual ~SplitStep();
  virtual void split(std::string_view text, const Word& word, std::vector<Word>& out) const = 0;
};

/// Spaces written as a visible character, as SentencePiece does: the text itself changes before it is split.
struct MetaspaceRule {
  enum class Prepend { kNever, kFirst, kAlways };
  std::string replacement;
  Prepend prepend = Prepend::kAlways;
  bool split = true;  ///< each replacement begins a word
};

struct WordSplitter {
  std::vector<std::unique_ptr<SplitStep>> steps;
  std::optional<MetaspaceRule> metaspace;
  bool byte_level = false;  ///< words are bytes in GPT-2's alphabet, else characters

  /// Appends the words of `text` in order.
  void split(std::string_view text, std::vector<Word>& words) const;
};

/// ByteLevel, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, Metaspace, Sequence.
/// @throws InputError  for another type, a wrong field, or a step after ByteLevel
WordSplitter make_word_splitter(const Json& rule, const std::string& origin);

}  // namespace llmops::text
