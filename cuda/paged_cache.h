// Keys and values in blocks of 16 tokens, in device memory.
//
// The layout is the host's (ops/paged_attention.h), so that a block may move between host and device as it is: for each
// key-value head keys as [D][16 tokens], then values as [16 tokens][D]. Both are what the kernels want: 16 neighbouring
// bytes hold eight tokens' keys of one element or eight elements of one value, and a tensor core's factor B of the
// products with queries (D by tokens) and with weights (tokens by D) lies row by row.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/device.h"
#include "cuda/half_format.h"

namespace llmops::cuda {

inline constexpr int kBlockTokens = 16;

/// One layer's blocks.
struct PagedCache {
  HalfBits* blocks = nullptr;  ///< at a multiple of 16 bytes
  HalfFormat format = HalfFormat::kF16;
  int kv_heads = 0;
  int head_size = 0;  ///< D
  std::int64_t stride =
      0;  ///< numbers from a block of this layer to the next; block_numbers() or more, a multiple of 8

  constexpr std::int64_t head_numbers() const { return std::int64_t{2} * kBlockTokens * head_size; }
  constexpr std::int64_t block_numbers() const { return head_numbers() * kv_heads; }
  /// From `blocks` to the keys of a block and head; values follow after kBlockTokens * head_size.
  constexpr std::int64_t keys_at(std::int32_t block, int kv_head) const {
    return block * stride + kv_head * head_numbers();
  }
};

/// Sequences of a step; arrays in device memory, so that a captured step may be replayed with other numbers in them.
/// The two bounds size the grids: sequences within them may change between replays.
struct PagedSequences {
  int count = 0;                         ///< S
  const std::int32_t* begins = nullptr;  ///< (S + 1): s has the new tokens begins[s] to begins[s + 1], perhaps none
  const std::int32_t* pasts = nullptr;   ///< (S): tokens stored before them
  const std::int32_t* blocks = nullptr;  ///< (S, blocks_stride): of a sequence in order; those that a window has left
                                         ///< behind are not read
  std::int64_t blocks_stride = 0;
  int most_new = 0;     ///< new tokens that any sequence has at most
  int most_tokens = 0;  ///< past and new tokens that any sequence has at most
};

/// Stores keys and values of new tokens. @param k, v  (N, K * D) with `stride` numbers between tokens
/// Asynchronous on `stream`. The caller has checked shapes.
/// @throws SystemError  if the launch fails
void store_keys_values(const PagedCache& cache, const PagedSequences& sequences, const HalfBits* k, const HalfBits* v,
                       std::int64_t stride, Stream stream);

}  // namespace llmops::cuda
