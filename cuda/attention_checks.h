// What both attention kernels ask of their sizes.
#pragma once

#include "cuda/paged_attention.h"

namespace llmops::cuda {

/// @throws InputError  naming the head size or the number of heads
void check_attention(const PagedCache& cache, const AttentionSettings& settings);

}  // namespace llmops::cuda
