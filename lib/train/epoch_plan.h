// Which examples every step of a run sees. All of it follows from the data, the recipe and the seed, so that a resumed
// run goes on with exactly the batches it would have seen.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "train/example.h"
#include "train/recipe.h"

namespace llmops::train {

struct PlanOptions {
  int row_tokens = 512;
  bool packing = true;                  ///< several examples in a row; each stays a sequence of its own
  int micro_batch_size = 1;             ///< rows of a forward
  int gradient_accumulation_steps = 1;  ///< forwards of a step
  double num_epochs = 1;
  int max_steps = -1;            ///< -1: by epochs
  std::int64_t max_tokens = -1;  ///< -1: by steps or epochs; the step that reaches it is the last
  std::uint64_t seed = 42;
  int examples_per_unit = 1;     ///< so many, one after another, are never taken apart
  bool group_by_length = false;  ///< without packing: grouped_by_length()
};

PlanOptions plan_options(const FinetuneRecipe& recipe);

/// Units of one row; their lengths add up to at most row_tokens.
using Row = std::vector<std::uint32_t>;
/// Examples of one forward.
using MicroBatch = std::vector<std::uint32_t>;

struct PlannedStep {
  std::vector<MicroBatch> micro_batches;  ///< the last step of an epoch may have fewer
  int epoch = 0;                          ///< from 0
  bool ends_epoch = false;
  double epoch_after = 0;  ///< epochs done with this step; a shortened last epoch counts as a whole one
};

/// First fit over a shuffled order: an example goes into the oldest open row that has room for it. At most 64 rows are
/// open, so that long examples do not gather at the end.
std::vector<Row> pack_rows(std::span<const std::int64_t> lengths, const std::vector<std::uint32_t>& order,
                           std::int64_t row_tokens);

/// Units of like length next to each other, and yet in random order: an order of chance is cut into pieces of many
/// groups, each piece sorted, longest first, as transformers' LengthGroupedSampler has it. The longest of all comes
/// first, so that what does not fit into memory does not at once.
/// @param order  of chance  @param group  units of a step
std::vector<std::uint32_t> grouped_by_length(std::span<const std::int64_t> lengths, std::vector<std::uint32_t> order,
                                             std::size_t group);

/// With max_steps or max_tokens epochs follow each other until the first of the two is reached.
/// @param examples  at least one unit
std::vector<PlannedStep> plan_steps(const std::vector<Example>& examples, const PlanOptions& options);

/// Supervised tokens of the examples chosen.
std::int64_t supervised_tokens(const std::vector<Example>& examples, std::span<const MicroBatch> batches);
std::int64_t batch_tokens(const std::vector<Example>& examples, std::span<const MicroBatch> batches);

/// Batches of at most `tokens` tokens in the order given, for validation; a longer unit has one to itself.
std::vector<MicroBatch> plan_validation(const std::vector<Example>& examples, std::int64_t tokens,
                                        int examples_per_unit = 1);

}  // namespace llmops::train
