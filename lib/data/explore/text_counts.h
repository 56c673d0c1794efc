// The words of many texts: vocabulary, runs of words and mentions of groups, in one pass.
#pragma once

#include <string_view>

#include "data/explore/mentions.h"
#include "data/explore/vocabulary.h"

namespace llmops::data::explore {

/// How many distinct items are held; the errors that reports state follow from them.
struct TextCapacity {
  std::size_t words = std::size_t{1} << 17;
  std::size_t runs = std::size_t{1} << 17;  ///< of two words; of three likewise
};

class TextCounts {
 public:
  explicit TextCounts(const TextCapacity& capacity = {})
      : words(capacity.words), pairs(capacity.runs), triples(capacity.runs) {}

  /// @returns words of the text. Runs of words do not cross the ends of sentences.
  std::uint64_t add_text(std::string_view text);
  /// Behind the texts of each record.
  void end_record() { mentions.end_record(); }
  /// Behind the last record: call it before merging and reading.
  void finish();
  void merge(const TextCounts& other);

  WordCounts words;
  NgramCounts pairs, triples;
  MentionCounts mentions;

 private:
  std::uint32_t sentence_ = 1;
};

}  // namespace llmops::data::explore
