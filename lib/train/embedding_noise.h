// Noise on embeddings, which keeps a finetuned model from learning its few answers by heart.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>

#include "model/segment.h"

namespace llmops::train {

/// Uniform in +-alpha / sqrt(L C) for each token of a sequence of L tokens: Jain and others, 2023, "NEFTune: noisy
/// embeddings improve instruction finetuning". Packed with others a sequence has the noise it has alone.
///
/// @param segments  cover [0, N) in order
/// @param width     C
/// @returns (N, C) float32, drawn from libtorch's generator as dropout is; undefined where alpha is 0
at::Tensor embedding_noise(std::span<const model::Segment> segments, std::int64_t width, double alpha);

}  // namespace llmops::train
