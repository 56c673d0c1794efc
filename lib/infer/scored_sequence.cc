#include "infer/scored_sequence.h"

#include <algorithm>

#include "ops/row_ops.h"

namespace llmops::infer {

ScoredSequence::ScoredSequence(std::span<const TokenId> sequence, KvBlocks& blocks, int adapter)
    : StepMember(blocks, std::nullopt, {adapter, static_cast<std::int64_t>(sequence.size()) - 1}),
      sequence_(sequence),
      logprobs_(sequence.size() - 1),
      greedy_(sequence.size() - 1) {}

void ScoredSequence::take_scores(const ScoredSequence& from, std::size_t count) {
  std::copy_n(from.logprobs_.begin(), count, logprobs_.begin());
  std::copy_n(from.greedy_.begin(), count, greedy_.begin());
  scored_ = count;
}

SequenceScore ScoredSequence::score() const { return {logprobs_, {greedy_.begin(), greedy_.end()}}; }

void ScoredSequence::take_logits(std::int64_t position, std::span<float> logits) {
  const auto row = static_cast<std::size_t>(position);
  const auto vocabulary = static_cast<std::int64_t>(logits.size());
  const float chosen = logits[sequence_[row + 1]];
  logprobs_[row] = static_cast<float>(chosen - ops::log_sum_exp_row(logits.data(), vocabulary));
  greedy_[row] = chosen == ops::max_of_row(logits.data(), vocabulary) ? 1 : 0;
}

void ScoredSequence::finish_step(std::int64_t end) {
  table().advance(tokens(), end);
  scored_ = std::max(scored_, static_cast<std::size_t>(end));
}

}  // namespace llmops::infer
