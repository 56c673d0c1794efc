#include "train/debias_objective.h"

#include "train/batch.h"
#include "train/supervised_objective.h"
#include "train/token_loss.h"

namespace llmops::train {

void DebiasObjective::begin(const model::Decoder&, std::span<const MicroBatch> window, std::int64_t step, Workers&) {
  supervised_ = static_cast<double>(supervised_tokens(examples_, window));
  window_examples_ = 0;
  for (const MicroBatch& batch : window) window_examples_ += static_cast<double>(batch.size());
  strength_ = recipe_.debias.weight * reversal_ramp(static_cast<double>(step) / static_cast<double>(steps_));
}

ObjectiveLoss DebiasObjective::loss(const model::Decoder& decoder, const MicroBatch& chosen) {
  const Batch batch = make_batch(examples_, chosen);
  const LossOptions options = supervised_options(recipe_, decoder, batch);
  const at::Tensor hidden = decoder.hidden(batch.tokens, batch.segments, options.checkpointing, options.noise);
  const at::Tensor predicting = hidden.index_select(0, batch.predictors);
  const at::Tensor answers =
      token_losses(predicting, decoder.head(), batch.targets, 0, options.smoothing).sum(at::kDouble) / supervised_;

  std::vector<std::int64_t> groups;
  double majority = 0;
  for (const std::uint32_t index : chosen) {
    groups.push_back(examples_[index].group);
    majority += examples_[index].group == majority_ ? 1 : 0;
  }
  const at::Tensor wanted = at::tensor(at::ArrayRef<std::int64_t>(groups), at::kLong);
  const at::Tensor states = with_reversed_gradient(pooled_states(hidden, batch.segments), strength_);
  const at::Tensor guesses = adversary_.logits(states);  // (E, G)
  const at::Tensor missed = at::cross_entropy_loss(guesses, wanted, {}, at::Reduction::Sum) / window_examples_;
  const double right = (guesses.argmax(1) == wanted).sum().item<double>();
  return {answers + (missed - missed.detach()),  // its gradient, and no loss
          {{"adversary_loss", missed.item<double>()},
           {"adversary_accuracy", right / window_examples_},
           {"adversary_majority", majority / window_examples_}}};
}

}  // namespace llmops::train
