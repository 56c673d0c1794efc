// Corpus chrF2 as sacrebleu computes it: character n-grams of order 1 to 6, white space left out, beta 2, 0 to 100.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::eval {

/// For orders 1 to 6: n-grams of the output, of the reference, and in both.
std::vector<double> chrf_statistics(std::string_view output, std::span<const std::string> references);

/// @param sums  18 numbers. Source: Popovic, 2015, averaging precision and recall over the orders that occur.
double chrf_score(std::span<const double> sums);

}  // namespace llmops::eval
