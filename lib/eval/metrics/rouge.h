// ROUGE F-measures as rouge_score computes them without its stemmer, 0 to 1.
#pragma once

#include <string>
#include <string_view>

namespace llmops::eval {

/// Overlap of n-grams. @param order  1 or 2
double rouge_n(std::string_view output, std::string_view reference, std::size_t order);
/// Longest common subsequence of words.
double rouge_l(std::string_view output, std::string_view reference);
/// Union of longest common subsequences, line by line. Source: Lin, 2004, section 3.2, hits never counted twice.
double rouge_lsum(std::string_view output, std::string_view reference);

}  // namespace llmops::eval
