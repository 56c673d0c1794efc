// Repeated runs of words, as Gopher's rules count them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "data/rules/words.h"

namespace llmops::data {

constexpr int kLongestNgram = 10;

/// By the length n of the run in words, 2 to 10; what was not asked for is 0.
struct NgramChars {
  /// n 2 to 4: code points of the commonest run, a blank between words, times how often it stands there. Of equally
  /// common runs the first counts.
  std::array<std::uint64_t, kLongestNgram + 1> top{};
  /// n 5 to 10: code points, without blanks, of the runs that occur before; runs found so do not overlap.
  std::array<std::uint64_t, kLongestNgram + 1> duplicate{};
};

/// Runs are told apart by 64-bit hashes of their words. (datatrove joins the words of longer runs without blanks, so
/// that to it "a bc" repeats "ab c"; here it does not.)
///
/// Few runs repeat, and only where one repeats can a longer one: each length looks at the places the last one left.
///
/// @param longest  runs of more words are not counted; at most kLongestNgram
NgramChars count_ngrams(const std::vector<Word>& words, int longest = kLongestNgram);

}  // namespace llmops::data
