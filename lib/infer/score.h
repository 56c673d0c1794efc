// Log-probabilities of given texts, a bounded piece at a time.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "infer/engine.h"
#include "model/decoder.h"

namespace llmops::infer {

/// Scores sequences from `begin` on, as many as fit into one forward pass (at least one).
/// @returns the index after the last one scored; their elements of `scores` are written
std::size_t score_some(const model::Decoder& decoder, std::span<const std::vector<TokenId>> sequences,
                       std::size_t begin, std::span<SequenceScore> scores);

}  // namespace llmops::infer
