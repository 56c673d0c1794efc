// How the work on a step is divided among the ranks of a job: micro batches, and the tensors each rank owns.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "train/epoch_plan.h"

namespace llmops::train {

/// A rank's part of a window. Ranks go through it in rounds, so that what they ask each other between rounds meets.
struct WorkShare {
  std::vector<std::size_t> mine;  ///< micro batches, ascending
  std::size_t rounds = 0;         ///< as many as the busiest rank has micro batches; the same on all ranks

  /// The micro batch of a round. Whoever has fewer begins later: all end in the last round.
  std::optional<std::size_t> in_round(std::size_t round) const;
};

/// The largest micro batches first, each to whoever has least, so that ranks wait little for each other. Rank 0 has at
/// least one. @param tokens  of each micro batch, one or more
WorkShare share_of(std::span<const std::int64_t> tokens, int rank, int ranks);
WorkShare share_of(const std::vector<Example>& examples, std::span<const MicroBatch> window, int rank, int ranks);

/// Tensors whose gradients travel together, in one message.
struct Bucket {
  std::vector<std::size_t> tensors;  ///< indices
  std::int64_t numbers = 0;          ///< in all of them
  int owner = 0;                     ///< the rank that keeps their optimizer state, where that is shared out
};

struct TensorSize {
  std::string name;
  std::int64_t numbers = 0;
};

/// Buckets of at most `most_numbers` (a larger tensor has one to itself), in the order in which a backward pass is
/// about to make their gradients: from the last layer to the first. Each rank owns a run of whole tensors, about as
/// many numbers as the others. All of it follows from names and sizes, so that a resumed run sums in the same order.
std::vector<Bucket> plan_buckets(std::span<const TensorSize> tensors, int ranks, std::int64_t most_numbers);

}  // namespace llmops::train
