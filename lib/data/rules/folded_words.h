// A text's words without case, as lists of words compare them.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace llmops::data {

struct FoldedWord {
  std::uint64_t hash = 0;
  bool joined = false;  ///< only blanks, hyphens and apostrophes stand between it and the word before
};

/// Runs of letters, digits and marks, case folded a character at a time.
std::vector<FoldedWord> folded_words(std::string_view text);

}  // namespace llmops::data
