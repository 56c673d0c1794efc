#include "train/supervised_objective.h"

#include <ATen/core/grad_mode.h>

#include "train/batch.h"
#include "train/embedding_noise.h"

namespace llmops::train {

void SupervisedObjective::begin(const model::Decoder&, std::span<const MicroBatch> window, std::int64_t, Workers&) {
  supervised_ = static_cast<double>(supervised_tokens(examples_, window));
}

ObjectiveLoss SupervisedObjective::loss(const model::Decoder& decoder, const MicroBatch& batch) {
  const Batch laid = make_batch(examples_, batch);
  LossOptions options{recipe_.gradient_checkpointing};
  if (at::GradMode::is_enabled()) {  // validation is by the model and the answers as they are
    options.noise = embedding_noise(laid.segments, decoder.config().hidden_size, recipe_.neftune_noise_alpha);
    options.smoothing = recipe_.label_smoothing_factor;
  }
  const at::Tensor losses = batch_losses(decoder, laid, options);
  return {losses.sum(at::kDouble) / supervised_, {}};
}

}  // namespace llmops::train
