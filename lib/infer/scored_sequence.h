// One sequence whose own tokens are scored.
#pragma once

#include <string>
#include <vector>

#include "infer/engine.h"
#include "infer/step_member.h"

namespace llmops::infer {

class ScoredSequence final : public StepMember {
 public:
  ScoredSequence(std::span<const TokenId> sequence, KvBlocks& blocks, int adapter);

  /// Takes the first `count` rows from another that begins alike.
  void take_scores(const ScoredSequence& from, std::size_t count);
  bool done() const { return scored_ == sequence_.size() - 1; }
  const std::string& error() const { return error_; }
  SequenceScore score() const;

  /// The last token is only compared with.
  std::span<const TokenId> tokens() const override { return sequence_.first(sequence_.size() - 1); }
  std::int64_t wanted_from() const override { return static_cast<std::int64_t>(scored_); }
  bool in_order() const override { return false; }
  void take_logits(std::int64_t position, std::span<float> logits) override;
  void finish_step(std::int64_t end) override;
  void fail(const std::string& message) override { error_ = message; }

 private:
  std::span<const TokenId> sequence_;
  std::vector<float> logprobs_;  ///< a row each
  std::vector<char> greedy_;     ///< likewise; bytes, because threads write to neighbours
  std::size_t scored_ = 0;       ///< rows
  std::string error_;
};

}  // namespace llmops::infer
