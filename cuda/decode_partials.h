// What the splits of a decoding step leave for the combining kernel.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda/attention_ranges.h"
#include "cuda/paged_attention.h"

namespace llmops::cuda {

/// For each sequence, head and split with any token in it: a softmax not yet divided by its sum.
struct DecodePartials {
  DecodePartials(float* workspace, const PagedSequences& sequences, int heads, int head_size)
      : splits(split_count(sequences.most_tokens)), values(workspace) {
    const std::int64_t places = std::int64_t{sequences.count} * heads * splits;
    sums = values + places * head_size;
    mosts = sums + places;
  }

  static constexpr std::size_t numbers(const PagedSequences& sequences, int heads, int head_size) {
    return static_cast<std::size_t>(sequences.count) * static_cast<std::size_t>(heads) *
           static_cast<std::size_t>(split_count(sequences.most_tokens)) * static_cast<std::size_t>(head_size + 2);
  }

  /// @param row  sequence * heads + head
  constexpr std::int64_t place(std::int64_t row, int split) const { return row * splits + split; }

  int splits;
  float* values;  ///< (S, H, splits, D): sum of exp(score - most) * value
  float* sums;    ///< (S, H, splits): sum of exp(score - most)
  float* mosts;   ///< (S, H, splits): the highest score
};

/// out = the splits' softmax as one, divided by its sum.
void combine_splits(const DecodePartials& partials, const PagedCache& cache, const PagedSequences& sequences,
                    const AttentionSettings& settings, HalfBits* out, Stream stream);

}  // namespace llmops::cuda
