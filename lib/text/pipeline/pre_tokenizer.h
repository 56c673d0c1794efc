// Pre-tokenizers of tokenizer.json: where words begin and end, and how they are written for the model.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json.h"
#include "text/alignment.h"
#include "text/bpe/word_splitter.h"

namespace llmops::text {

/// A text, where it came from, and its words in order.
struct WordedText {
  AlignedText text;
  std::vector<Word> words;
};

/// One step. Immutable; shared between threads.
class PreTokenizerStep {
 public:
  virtual ~PreTokenizerStep();
  virtual void apply(WordedText& worded) const = 0;
};

class PreTokenizer {
 public:
  /// @param bytes  the model takes a last ByteLevel's words as bytes instead of in GPT-2's alphabet
  /// @throws InputError  for another type, with the nearest known one, or for a wrong field
  PreTokenizer(const Json& rule, bool bytes, const std::string& origin);

  /// The words are bytes, not characters of GPT-2's alphabet.
  bool byte_level() const { return splitter_ && splitter_->byte_level; }
  /// The one step, where the text itself does not change: words of the text as it is.
  const WordSplitter* splitter() const { return splitter_.get(); }

  /// Cuts `text` into words, changing it on the way.
  WordedText apply(AlignedText text) const;

 private:
  std::unique_ptr<WordSplitter> splitter_;
  std::vector<std::unique_ptr<PreTokenizerStep>> steps_;  // where there is no splitter
};

/// The rules of a pre_tokenizer one after another, without Sequences, and those that Split can express as Split.
/// @throws InputError  for a type that is not known
std::vector<Json> flat_pre_tokenizer_rules(const Json& rule, const std::string& origin);

}  // namespace llmops::text
