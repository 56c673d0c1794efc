// Shuffles, packs and groups examples into steps.
#include "train/epoch_plan.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "train/random.h"

namespace llmops::train {
namespace {

constexpr std::size_t kOpenRows = 64;
constexpr std::size_t kMostGroups = 50;  // of a piece that is sorted by length, and
constexpr std::size_t kLeastPieces = 4;  // of an epoch; both are transformers'

/// Of each unit.
std::vector<std::int64_t> lengths_of(const std::vector<Example>& examples, int examples_per_unit) {
  const auto unit = static_cast<std::size_t>(examples_per_unit);
  std::vector<std::int64_t> lengths(examples.size() / unit);
  for (std::size_t i = 0; i < examples.size(); ++i) lengths[i / unit] += examples[i].length();
  return lengths;
}

void add_unit(MicroBatch& batch, std::uint32_t unit, int examples_per_unit) {
  const auto count = static_cast<std::uint32_t>(examples_per_unit);
  for (std::uint32_t i = 0; i < count; ++i) batch.push_back(unit * count + i);
}

std::vector<Row> single_rows(const std::vector<std::uint32_t>& order) {
  std::vector<Row> rows;
  rows.reserve(order.size());
  for (const std::uint32_t index : order) rows.push_back({index});
  return rows;
}

/// @param rows  of one epoch
std::vector<PlannedStep> steps_of(const std::vector<Row>& rows, int epoch, const PlanOptions& options) {
  std::vector<PlannedStep> steps;
  const auto micro = static_cast<std::size_t>(options.micro_batch_size);
  for (std::size_t row = 0; row < rows.size(); row += micro) {
    const auto accumulation = static_cast<std::size_t>(options.gradient_accumulation_steps);
    if (steps.empty() || steps.back().micro_batches.size() == accumulation) steps.push_back({{}, epoch, false, 0});
    MicroBatch& batch = steps.back().micro_batches.emplace_back();
    for (std::size_t i = row; i < std::min(rows.size(), row + micro); ++i) {
      for (const std::uint32_t unit : rows[i]) add_unit(batch, unit, options.examples_per_unit);
    }
  }
  steps.back().ends_epoch = true;
  return steps;
}

void count_epochs(std::vector<PlannedStep>& steps) {
  for (std::size_t begin = 0, end = 0; begin < steps.size(); begin = end) {
    while (end < steps.size() && steps[end].epoch == steps[begin].epoch) ++end;
    for (std::size_t i = begin; i < end; ++i) {
      steps[i].epoch_after = steps[i].epoch + static_cast<double>(i - begin + 1) / static_cast<double>(end - begin);
    }
  }
}

}  // namespace

PlanOptions plan_options(const FinetuneRecipe& recipe) {
  return {recipe.row_tokens(),
          recipe.sample_packing,
          recipe.micro_batch_size,
          recipe.gradient_accumulation_steps,
          recipe.num_epochs,
          recipe.max_steps,
          recipe.max_tokens,
          recipe.seed,
          recipe.preference.examples_per_unit(),
          recipe.group_by_length};
}

std::vector<Row> pack_rows(std::span<const std::int64_t> lengths, const std::vector<std::uint32_t>& order,
                           std::int64_t row_tokens) {
  std::vector<Row> rows;
  std::vector<std::size_t> open;   // indices of rows, oldest first
  std::vector<std::int64_t> room;  // tokens left, of each row
  for (const std::uint32_t index : order) {
    const std::int64_t length = lengths[index];
    const auto fits = std::find_if(open.begin(), open.end(), [&](std::size_t row) { return room[row] >= length; });
    if (fits != open.end()) {
      rows[*fits].push_back(index);
      room[*fits] -= length;
      if (room[*fits] == 0) open.erase(fits);
      continue;
    }
    if (open.size() == kOpenRows) {  // close the fullest
      open.erase(
          std::min_element(open.begin(), open.end(), [&](std::size_t a, std::size_t b) { return room[a] < room[b]; }));
    }
    open.push_back(rows.size());
    rows.push_back({index});
    room.push_back(row_tokens - length);
  }
  return rows;
}

std::vector<std::uint32_t> grouped_by_length(std::span<const std::int64_t> lengths, std::vector<std::uint32_t> order,
                                             std::size_t group) {
  const std::size_t groups = std::clamp<std::size_t>(order.size() / (group * kLeastPieces), 1, kMostGroups);
  std::size_t longest = 0;
  for (std::size_t begin = 0; begin < order.size(); begin += groups * group) {
    const auto piece = order.begin() + static_cast<std::ptrdiff_t>(begin);
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(std::min(begin + groups * group, order.size()));
    std::stable_sort(piece, end, [&](std::uint32_t a, std::uint32_t b) { return lengths[a] > lengths[b]; });
    if (lengths[*piece] > lengths[order[longest]]) longest = begin;
  }
  if (!order.empty()) std::swap(order.front(), order[longest]);
  return order;
}

std::vector<PlannedStep> plan_steps(const std::vector<Example>& examples, const PlanOptions& options) {
  const std::vector<std::int64_t> lengths = lengths_of(examples, options.examples_per_unit);
  std::vector<PlannedStep> steps;
  const auto most_steps = options.max_steps > 0 ? static_cast<std::size_t>(options.max_steps) : SIZE_MAX;
  const std::int64_t most_tokens = options.max_tokens > 0 ? options.max_tokens : INT64_MAX;
  const bool by_epochs = options.max_steps <= 0 && options.max_tokens <= 0;
  const double wanted_epochs = by_epochs ? options.num_epochs : HUGE_VAL;
  std::int64_t tokens = 0;
  const auto full = [&] { return steps.size() >= most_steps || tokens >= most_tokens; };
  for (int epoch = 0; epoch < wanted_epochs && !full(); ++epoch) {
    std::vector<std::uint32_t> order(lengths.size());
    std::iota(order.begin(), order.end(), 0);
    Random({options.seed, kShuffleStream, static_cast<std::uint64_t>(epoch)}).shuffle(order);
    if (options.group_by_length && !options.packing) {
      const int step_units = options.micro_batch_size * options.gradient_accumulation_steps;
      order = grouped_by_length(lengths, std::move(order), static_cast<std::size_t>(step_units));
    }
    const auto rows = options.packing ? pack_rows(lengths, order, options.row_tokens) : single_rows(order);
    std::vector<PlannedStep> more = steps_of(rows, epoch, options);
    const double share = std::min(1.0, wanted_epochs - epoch);  // of this epoch
    const auto count = static_cast<std::size_t>(std::ceil(share * static_cast<double>(more.size())));
    for (std::size_t i = 0; i < count && !full(); ++i) {
      tokens += batch_tokens(examples, more[i].micro_batches);
      steps.push_back(std::move(more[i]));
    }
  }
  count_epochs(steps);
  return steps;
}

std::int64_t supervised_tokens(const std::vector<Example>& examples, std::span<const MicroBatch> batches) {
  std::int64_t count = 0;
  for (const MicroBatch& batch : batches) {
    for (const std::uint32_t index : batch) count += examples[index].supervised_tokens;
  }
  return count;
}

std::int64_t batch_tokens(const std::vector<Example>& examples, std::span<const MicroBatch> batches) {
  std::int64_t count = 0;
  for (const MicroBatch& batch : batches) {
    for (const std::uint32_t index : batch) count += examples[index].length();
  }
  return count;
}

std::vector<MicroBatch> plan_validation(const std::vector<Example>& examples, std::int64_t tokens,
                                        int examples_per_unit) {
  const std::vector<std::int64_t> lengths = lengths_of(examples, examples_per_unit);
  std::vector<MicroBatch> batches;
  std::int64_t room = 0;
  for (std::uint32_t unit = 0; unit < lengths.size(); ++unit) {
    if (batches.empty() || lengths[unit] > room) {
      batches.emplace_back();
      room = tokens;
    }
    add_unit(batches.back(), unit, examples_per_unit);
    room -= lengths[unit];
  }
  return batches;
}

}  // namespace llmops::train
