#include "train/supervised_objective.h"

#include <ATen/core/grad_mode.h>

#include "train/embedding_noise.h"

namespace llmops::train {

void SupervisedObjective::begin(const model::Decoder&, std::span<const MicroBatch> window, std::int64_t, Workers&) {
  supervised_ = static_cast<double>(supervised_tokens(examples_, window));
}

ObjectiveLoss SupervisedObjective::loss(const model::Decoder& decoder, const MicroBatch& chosen) {
  const Batch batch = make_batch(examples_, chosen);
  const at::Tensor losses = batch_losses(decoder, batch, supervised_options(recipe_, decoder, batch));
  return {losses.sum(at::kDouble) / supervised_, {}};
}

LossOptions supervised_options(const FinetuneRecipe& recipe, const model::Decoder& decoder, const Batch& batch) {
  LossOptions options{recipe.gradient_checkpointing};
  if (!at::GradMode::is_enabled()) return options;  // validation is by the model and the answers as they are
  options.noise = embedding_noise(batch.segments, decoder.config().hidden_size, recipe.neftune_noise_alpha);
  options.smoothing = recipe.label_smoothing_factor;
  return options;
}

}  // namespace llmops::train
