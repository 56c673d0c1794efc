// One row of logits for the block that chooses its token: its keys and weights, and the search for a boundary among
// them without a sort. For .cu files alone.
#pragma once

#include "cuda/reductions.h"
#include "cuda/sampling_weights.h"

namespace llmops::cuda {
namespace {

constexpr int kThreads = kMaxThreads, kWarps = kThreads / kWarp;

__device__ std::uint32_t larger(std::uint32_t a, std::uint32_t b) { return a > b ? a : b; }
__device__ std::uint64_t plus(std::uint64_t a, std::uint64_t b) { return a + b; }

struct Scratch {
  std::uint32_t bins[kPieces][kBins];
  std::uint64_t wide[kWarp];
  std::uint32_t narrow[kWarp], ties[kWarp];
  std::uint64_t above;  ///< of the bin found
  std::uint32_t bin;
};

/// One row as keys and weights.
struct Row {
  const float* logits;
  const std::uint32_t* allowed;
  std::int32_t count;
  float highest, inverse_temperature;

  __device__ std::uint32_t key(std::int32_t token) const {
    if (allowed != nullptr && (allowed[token / 32] >> (token % 32) & 1) == 0) return kForbiddenKey;
    return order_key(__float_as_uint(logits[token] + 0.0f));
  }
  __device__ std::uint64_t weight(std::uint32_t key) const {
    const float logit = __uint_as_float(bits_of_key(key));
    return static_cast<std::uint64_t>(expf((logit - highest) * inverse_temperature) * kFullWeight + 0.5f);
  }
};

/// Finds the bin, from the last down, at which sums reach `wanted`. @returns the sum of the bins above it
__device__ std::uint64_t find_bin(Scratch& scratch, int bins, std::uint64_t wanted) {
  __syncthreads();
  if (threadIdx.x < kWarp) {
    const int a_lane = bins / kWarp, lane = static_cast<int>(threadIdx.x), last = bins - 1 - lane * a_lane;
    const auto sum_at = [&](int bin) {
      std::uint64_t sum = 0;
      for (int p = 0; p < kPieces; ++p) sum += std::uint64_t{scratch.bins[p][bin]} << (kPieceBits * p);
      return sum;
    };
    std::uint64_t mine = 0;
    for (int i = 0; i < a_lane; ++i) mine += sum_at(last - i);
    std::uint64_t upto = mine;  // of this lane and those before it
    for (int offset = 1; offset < kWarp; offset *= 2) {
      const std::uint64_t before = __shfl_up_sync(kAllLanes, upto, offset);
      if (lane >= offset) upto += before;
    }
    if (upto >= wanted && upto - mine < wanted) {
      std::uint64_t above = upto - mine;
      int bin = last;
      for (; above + sum_at(bin) < wanted; --bin) above += sum_at(bin);
      scratch.bin = static_cast<std::uint32_t>(bin);
      scratch.above = above;
    }
  }
  __syncthreads();
  return scratch.above;
}

/// The largest key at and above which values add up to `wanted`, which is at least 1 and at most the sum of all.
/// @param value  (key) -> at most 2^39 @param kept  whose values count @param above  gets the sum above the key
template <typename Value>
__device__ std::uint32_t search(Scratch& scratch, const Row& row, const Kept& kept, std::uint64_t wanted, Value value,
                                std::uint64_t& above) {
  std::uint32_t prefix = 0;
  above = 0;
  for (int round = 0; round < kDigits; ++round) {
    const Digit digit = digit_of_round(round);
    __syncthreads();
    for (int i = threadIdx.x; i < kPieces * kBins; i += kThreads) (&scratch.bins[0][0])[i] = 0;
    __syncthreads();
    const auto count = [&](std::uint32_t key, std::uint64_t sum) {
      for (int p = 0; p < kPieces; ++p) {
        const auto piece = static_cast<std::uint32_t>(sum >> (kPieceBits * p)) & ((1U << kPieceBits) - 1);
        if (piece != 0) atomicAdd(&scratch.bins[p][digit.of(key)], piece);
      }
    };
    for (std::int32_t t = threadIdx.x; t < row.count; t += kThreads) {
      const std::uint32_t key = row.key(t);
      if (key > kept.key && digit.same_before(key, prefix)) count(key, value(key));
    }
    // Which of the tokens at kept.key are its ties does not matter here: they weigh alike.
    for (std::uint32_t i = threadIdx.x; i < kept.ties && digit.same_before(kept.key, prefix); i += kThreads) {
      count(kept.key, value(kept.key));
    }
    above += find_bin(scratch, 1 << digit.bits, wanted - above);
    prefix |= scratch.bin << digit.shift;
  }
  return prefix;
}

/// Tokens at and above a key. @param ties  gets those at it
__device__ std::uint64_t count_above(Scratch& scratch, const Row& row, std::uint32_t least, std::uint32_t& ties) {
  std::uint64_t counts = 0;  // ties in the low half
  for (std::int32_t t = threadIdx.x; t < row.count; t += kThreads) {
    const std::uint32_t key = row.key(t);
    counts += (std::uint64_t{key > least} << 32) + (key == least ? 1 : 0);
  }
  counts = block_reduce(counts, std::uint64_t{0}, scratch.wide, plus);
  ties = static_cast<std::uint32_t>(counts);
  return counts >> 32;
}

}  // namespace
}  // namespace llmops::cuda
