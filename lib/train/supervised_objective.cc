#include "train/supervised_objective.h"

#include "train/batch.h"

namespace llmops::train {

void SupervisedObjective::begin(const model::Decoder&, std::span<const MicroBatch> window) {
  supervised_ = static_cast<double>(supervised_tokens(examples_, window));
}

ObjectiveLoss SupervisedObjective::loss(const model::Decoder& decoder, const MicroBatch& batch) {
  const at::Tensor losses = batch_losses(decoder, make_batch(examples_, batch), recipe_.gradient_checkpointing);
  return {losses.sum(at::kDouble) / supervised_, {}};
}

}  // namespace llmops::train
