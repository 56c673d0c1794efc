// Corpus BLEU as sacrebleu computes it: 13a tokenization, case kept, exponential smoothing, 0 to 100.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::eval {

/// Of one segment, and by addition of a corpus: output length, reference length, then for orders 1 to 4 the n-grams
/// that match, then for orders 1 to 4 all n-grams of the output.
inline constexpr std::size_t kBleuStatistics = 10;

std::vector<std::string> tokenize_13a(std::string_view text);

/// @param references  at least one
std::vector<double> bleu_statistics(std::string_view output, std::span<const std::string> references);

/// @param sums  kBleuStatistics numbers. Source: Papineni et al., 2002; smoothing as mteval-v13a.
double bleu_score(std::span<const double> sums);

/// Lets two scores be compared: "nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp". @param references  0: differing numbers
std::string bleu_signature(std::size_t references);

}  // namespace llmops::eval
