// What a block of prefill_attention() works on: 64 queries, and the keys and values they see 32 tokens at a time, in
// shared memory. For .cu files alone.
#pragma once

#include "cuda/attention_ranges.h"
#include "cuda/half_math.h"
#include "cuda/paged_attention.h"
#include "cuda/reductions.h"

namespace llmops::cuda {
namespace {

constexpr int kWarps = 4, kThreads = kWarps * kWarp;
constexpr int kQueryTile = 16 * kWarps;
constexpr int kKeyTile = 2 * kBlockTokens;
constexpr int kChunk = 8;  ///< numbers in 16 bytes
constexpr int kPad = 8;    ///< so that eight rows of a matrix lie in different banks

struct PrefillStep {
  PagedCache cache;
  PagedSequences sequences;
  AttentionSettings settings;
  AttentionRows rows;
};

/// The block's part: queries `first` to last - 1 of the sequence's, and the keys that any of them sees.
struct QueryTile {
  std::int32_t begin, past;  ///< of the sequence
  int group, kv_head, first, last;
  __device__ int position(int query) const { return past + query / group; }
};

/// Shared memory, as rows that end in kPad unused numbers.
template <typename Half>
struct Tiles {
  Half* queries;  ///< (64, D)
  Half* keys;     ///< (D, 32)
  Half* values;   ///< (32, D)
  int pitch;      ///< of queries and values
  static constexpr int kKeyPitch = kKeyTile + kPad;

  __device__ Tiles(std::byte* shared, int size) : pitch(size + kPad) {
    queries = reinterpret_cast<Half*>(shared);
    keys = queries + kQueryTile * pitch;
    values = keys + size * kKeyPitch;
  }
  static std::size_t bytes(int size) {
    return sizeof(Half) * static_cast<std::size_t>((kQueryTile + kKeyTile) * (size + kPad) + size * kKeyPitch);
  }
};

template <typename Half>
using Chunk = Pack<Half, kChunk>;

template <typename Half>
__device__ Chunk<Half> zeros() {
  Chunk<Half> chunk;
#pragma unroll
  for (int i = 0; i < kChunk; ++i) chunk.set(i, 0);
  return chunk;
}

template <typename Half>
__device__ void stage_queries(const Tiles<Half>& tiles, const PrefillStep& step, const QueryTile& tile) {
  const int size = step.cache.head_size, chunks = size / kChunk;
  for (int c = threadIdx.x; c < kQueryTile * chunks; c += kThreads) {
    const int row = c / chunks, d = c % chunks * kChunk, query = tile.first + row;
    const std::int64_t head = tile.kv_head * tile.group + query % tile.group;
    const std::int64_t at = (tile.begin + query / tile.group) * step.rows.stride + head * size + d;
    *reinterpret_cast<Chunk<Half>*>(tiles.queries + row * tiles.pitch + d) =
        query < tile.last ? load_pack<Half, kChunk>(reinterpret_cast<const Half*>(step.rows.q) + at) : zeros<Half>();
  }
}

/// Keys and values of the tokens `start` to start + 31; those outside `seen`, which may be no numbers, as zeros.
/// @param blocks  the sequence's
template <typename Half>
__device__ void stage_keys_values(const Tiles<Half>& tiles, const PagedCache& cache, const std::int32_t* blocks,
                                  int kv_head, int start, TokenRange seen) {
  const int size = cache.head_size, a_block = 2 * size;  // chunks of a block's keys, and of its values
  for (int c = threadIdx.x; c < 2 * a_block; c += kThreads) {
    const int b = c / a_block, in_block = c % a_block, block = start / kBlockTokens + b;
    const bool any = block * kBlockTokens < seen.last && (block + 1) * kBlockTokens > seen.first;
    const Half* head =
        any ? reinterpret_cast<const Half*>(cache.blocks) + cache.keys_at(blocks[block], kv_head) : nullptr;
    const int key_row = in_block / 2, key_half = in_block % 2;
    *reinterpret_cast<Chunk<Half>*>(tiles.keys + key_row * Tiles<Half>::kKeyPitch + b * kBlockTokens +
                                    kChunk * key_half) =
        any ? load_pack<Half, kChunk>(head + in_block * kChunk) : zeros<Half>();
    const int slot = in_block * kChunk / size, d = in_block * kChunk % size, token = block * kBlockTokens + slot;
    *reinterpret_cast<Chunk<Half>*>(tiles.values + (b * kBlockTokens + slot) * tiles.pitch + d) =
        token >= seen.first && token < seen.last
            ? load_pack<Half, kChunk>(head + kBlockTokens * size + in_block * kChunk)
            : zeros<Half>();
  }
}

/// The address a lane gives for four matrices that make up 16 x 16 numbers: upper left, lower left, upper right, lower
/// right.
template <typename Half>
__device__ const Half* matrix_row(const Half* corner, int pitch) {
  const int lane = threadIdx.x % kWarp;
  return corner + (lane % 8 + 8 * (lane / 8 % 2)) * pitch + 8 * (lane / 16);
}

}  // namespace
}  // namespace llmops::cuda
