// Builds batches and computes the losses of their tokens.
#include "train/batch.h"

#include "train/token_loss.h"

namespace llmops::train {
namespace {

at::Tensor to_tensor(const std::vector<std::int64_t>& values) {
  return at::tensor(at::ArrayRef<std::int64_t>(values), at::TensorOptions(at::kLong));
}

}  // namespace

Batch make_batch(const std::vector<Example>& examples, const MicroBatch& chosen) {
  Batch batch;
  std::vector<std::int64_t> tokens, predictors, targets, owners;
  for (const std::uint32_t index : chosen) {
    const Example& example = examples[index];
    const auto begin = static_cast<std::int64_t>(tokens.size());
    batch.segments.push_back({begin, example.length()});
    for (std::size_t i = 0; i < example.tokens.size(); ++i) {
      tokens.push_back(example.tokens[i]);
      if (example.supervised[i] == 0) continue;
      predictors.push_back(begin + static_cast<std::int64_t>(i) - 1);
      targets.push_back(example.tokens[i]);
      owners.push_back(static_cast<std::int64_t>(batch.segments.size()) - 1);
    }
  }
  batch.tokens = to_tensor(tokens);
  batch.predictors = to_tensor(predictors);
  batch.targets = to_tensor(targets);
  batch.owners = to_tensor(owners);
  return batch;
}

at::Tensor predicting_states(const model::Decoder& decoder, const Batch& batch, const LossOptions& options) {
  const at::Tensor hidden =
      decoder.hidden(batch.tokens, batch.segments, options.checkpointing, options.noise);  // (N, C)
  return hidden.index_select(0, batch.predictors.to(hidden.device()));
}

at::Tensor batch_losses(const model::Decoder& decoder, const Batch& batch, const LossOptions& options) {
  return token_losses(predicting_states(decoder, batch, options), decoder.head(), batch.targets, 0, options.smoothing);
}

}  // namespace llmops::train
