// Vectors of texts without a model: what topics are found by where no embedder is given.
#pragma once

#include <span>
#include <string>

#include "data/vectors/matrix.h"

namespace llmops::data::explore {

/// Latent semantic analysis: words by (1 + ln count) (1 + ln((1 + n) / (1 + documents))), rows of length 1, and of
/// these the `dimensions` largest directions, of length 1 again. Words that one text alone has tell nothing and are
/// left out, and so are those of more than half of the texts.
/// @returns (texts, at most dimensions)
Matrix text_vectors(std::span<const std::string> texts, std::size_t dimensions, std::uint64_t seed);

}  // namespace llmops::data::explore
