#include "train/own_batches.h"

#include "train/work_share.h"

namespace llmops::train {

void for_own_batches(const std::vector<Example>& examples, std::span<const MicroBatch> batches, Workers& workers,
                     const std::function<void(const MicroBatch&)>& on_batch) {
  const WorkShare share = share_of(examples, batches, workers.rank(), workers.size());
  for (std::size_t round = 0; round < share.rounds; ++round) {
    workers.throw_if_any_cancelled();
    if (const auto index = share.in_round(round)) on_batch(batches[*index]);
  }
}

std::function<void(std::int64_t)> start_pass(Progress& progress, const std::string& label,
                                             std::initializer_list<const std::vector<Example>*> sets) {
  std::uint64_t tokens = 0;
  for (const auto* examples : sets) {
    for (const Example& example : *examples) tokens += static_cast<std::uint64_t>(example.length());
  }
  progress.start(label, tokens, "tok");
  return [&progress, done = std::uint64_t{0}](std::int64_t more) mutable {
    progress.update(done += static_cast<std::uint64_t>(more));
  };
}

}  // namespace llmops::train
