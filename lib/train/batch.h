// Examples laid on the decoder's flat token axis, and their loss.
#pragma once

#include <span>

#include "model/decoder.h"
#include "train/epoch_plan.h"

namespace llmops::train {

struct Batch {
  at::Tensor tokens;                     ///< (N) int64
  std::vector<model::Segment> segments;  ///< one an example: positions restart and attention stays inside
  at::Tensor predictors;                 ///< (M) int64, positions whose next token is supervised
  at::Tensor targets;                    ///< (M) int64, those next tokens
};

Batch make_batch(const std::vector<Example>& examples, const MicroBatch& chosen);

/// Sum of the token losses of the batch, nats; divide by the supervised tokens of the whole window.
at::Tensor batch_loss(const model::Decoder& decoder, const Batch& batch, bool checkpointing);

/// Supervised tokens of the examples chosen.
std::int64_t supervised_tokens(const std::vector<Example>& examples, std::span<const MicroBatch> batches);
std::int64_t batch_tokens(const std::vector<Example>& examples, std::span<const MicroBatch> batches);

/// Mean loss over all supervised tokens, without gradients. @throws Interrupted
double validation_loss(const model::Decoder& decoder, const std::vector<Example>& examples,
                       std::int64_t tokens_at_a_time);

}  // namespace llmops::train
