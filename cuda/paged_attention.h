// Attention over a paged cache on the GPU: one new token a sequence, or many.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/paged_cache.h"

namespace llmops::cuda {

inline constexpr int kMostHeadSize = 256;

struct AttentionSettings {
  int heads = 0;  ///< H, a multiple of the cache's heads
  float scale = 1;
  float softcap = 0;  ///< 0 is off
  int window = 0;     ///< tokens seen, the query's own included; 0: all
};

/// Queries and results, device memory, in the cache's format.
struct AttentionRows {
  const HalfBits* q;    ///< (N, H * D) with `stride` numbers between tokens; at a multiple of 16 bytes
  std::int64_t stride;  ///< a multiple of 8
  HalfBits* out;        ///< (N, H * D) dense
};

/// Float32 numbers of device memory that decode_attention() writes to between its two launches.
std::size_t decode_workspace(const PagedCache& cache, const PagedSequences& sequences,
                             const AttentionSettings& settings);

/// Sequences with at most one new token each; one without any is passed over, so that a captured step may have room for
/// more sequences than there are. The context is cut into splits of kSplitTokens, which blocks share out; a second
/// launch combines them. Where the cuts are depends on nothing but positions: what else is in the step does not change
/// a bit of a sequence's result.
///
/// Keys and values of the new tokens are stored already. Asynchronous on `stream`.
/// @throws InputError  for a head size that is no multiple of 16 up to kMostHeadSize
/// @throws SystemError  if a launch fails
/// Source: Dao et al., 2023, "Flash-Decoding for long-context inference".
void decode_attention(const PagedCache& cache, const PagedSequences& sequences, const AttentionSettings& settings,
                      const AttentionRows& rows, float* workspace, Stream stream);

/// Sequences with any number of new tokens, one after another, on the tensor cores; weights of the softmax are rounded
/// to the cache's format before they meet the values. Otherwise as decode_attention().
/// Source: Dao, 2023, "FlashAttention-2".
void prefill_attention(const PagedCache& cache, const PagedSequences& sequences, const AttentionSettings& settings,
                       const AttentionRows& rows, Stream stream);

}  // namespace llmops::cuda
