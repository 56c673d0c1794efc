// A sequence as a step of the engine sees it, whether it generates or is scored.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "infer/block_table.h"
#include "infer/sequence_setting.h"

namespace llmops::infer {

class StepMember {
 public:
  StepMember(KvBlocks& blocks, std::optional<std::string> owner, model::SequenceTraits traits)
      : table_(blocks, std::move(owner), traits.prompt), traits_(traits) {}
  /// @param tenant  only sequences of one share keys and values; none: this one shares none
  StepMember(KvBlocks& blocks, const SequenceSetting& setting, const model::SequenceTraits& traits,
             const std::optional<std::string>& tenant)
      : StepMember(blocks, tenant ? std::optional(setting.owner(traits, *tenant)) : std::nullopt, traits) {}
  virtual ~StepMember() = default;

  BlockTable& table() { return table_; }
  const BlockTable& table() const { return table_; }
  const model::SequenceTraits& traits() const { return traits_; }

  /// All that is to be run, with what is stored already.
  virtual std::span<const text::TokenId> tokens() const = 0;
  /// First position whose logits are wanted.
  virtual std::int64_t wanted_from() const = 0;
  /// Whether logits must come in the order of positions, one at a time; else several threads may bring them.
  virtual bool in_order() const = 0;
  /// @param logits  (V) of what follows tokens()[position], overwritten. What it throws fails this member alone.
  virtual void take_logits(std::int64_t position, std::span<float> logits) = 0;
  /// Of the engine's thread, after the step: tokens up to `end` were run.
  virtual void finish_step(std::int64_t end) = 0;
  virtual void fail(const std::string& message) = 0;

 private:
  BlockTable table_;
  model::SequenceTraits traits_;
};

/// What a member does in one step: its tokens [begin, end), of which `begin` are stored.
struct StepPiece {
  StepMember* member = nullptr;
  std::int64_t begin = 0, end = 0;
};

}  // namespace llmops::infer
