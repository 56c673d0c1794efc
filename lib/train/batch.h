// Examples laid on the decoder's flat token axis, and the losses of their tokens.
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
  at::Tensor owners;                     ///< (M) int64, whose they are: places in `segments`
};

Batch make_batch(const std::vector<Example>& examples, const MicroBatch& chosen);

struct LossOptions {
  bool checkpointing = false;  ///< Decoder::hidden()'s
  at::Tensor noise = {};       ///< Decoder::hidden()'s
  double smoothing = 0;        ///< token_losses()'s
};

/// (M, C), hidden states of the positions whose next token is supervised.
at::Tensor predicting_states(const model::Decoder& decoder, const Batch& batch, const LossOptions& options);

/// (M), nats, of each supervised token.
at::Tensor batch_losses(const model::Decoder& decoder, const Batch& batch, const LossOptions& options);

}  // namespace llmops::train
