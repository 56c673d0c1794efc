// The two kinds of steps that word splitters are made of.
#pragma once

#include "text/bpe/word_splitter.h"

namespace llmops::text {

/// What becomes of the parts that a pattern matches, and of those between; names as in tokenizer.json.
enum class SplitBehavior { kRemoved, kIsolated, kMergedWithPrevious, kMergedWithNext, kContiguous };

/// @throws InputError  for a name that is none of them
SplitBehavior parse_split_behavior(const std::string& name, const std::string& origin);

/// Cuts at the matches of a pattern.
class PatternStep : public SplitStep {
 public:
  /// @param invert  what lies between the matches counts as the match
  PatternStep(Regex pattern, SplitBehavior behavior, bool invert)
      : pattern_(std::move(pattern)), behavior_(behavior), invert_(invert), matches_empty_(pattern_.matches_empty()) {}
  void split(std::string_view text, const Word& word, std::vector<Word>& out) const override;

 private:
  Regex pattern_;
  SplitBehavior behavior_;
  bool invert_;
  bool matches_empty_;  // a match of nothing is a place to cut
};

/// GPT-2's words, each with the space before it; optionally with a space added to a text that begins without.
class ByteLevelStep : public SplitStep {
 public:
  ByteLevelStep(bool add_prefix_space, bool use_regex);
  void split(std::string_view text, const Word& word, std::vector<Word>& out) const override;

 private:
  bool add_prefix_space_;
  std::optional<Regex> pattern_;
};

}  // namespace llmops::text
