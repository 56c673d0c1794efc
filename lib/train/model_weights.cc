// Unfreezes, saves and reads back weights of the model itself.
#include "train/model_weights.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/files.h"
#include "model/model_files.h"
#include "model/reward_config.h"
#include "train/tensor_files.h"
#include "train/unfrozen.h"

namespace llmops::train {
ModelWeights::ModelWeights(const FinetuneRecipe& recipe, model::Decoder& decoder)
    : decoder_(decoder), base_path_(recipe.base_path) {
  for (const model::ExpectedTensor& tensor : unfrozen_tensors(decoder.config(), recipe)) {
    trained_.push_back({tensor.name, decoder.unfreeze(tensor), 1, !tensor.bias && !is_norm(tensor.part)});
  }
  std::sort(trained_.begin(), trained_.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

std::vector<TrainedTensor> ModelWeights::tensors() { return trained_; }

void ModelWeights::save(const fs::path& directory) { write_tensors(directory, "trained", named(trained_)); }

void ModelWeights::restore(const fs::path& directory) {
  const at::NoGradGuard no_grad;
  read_tensors(directory / "trained.safetensors", named(trained_));
}

void ModelWeights::publish(const fs::path& checkpoint, const fs::path& output) {
  const at::NoGradGuard no_grad;
  restore(checkpoint);
  model::copy_description(base_path_, "float32", /*unties=*/false, output);
  if (decoder_.config().labels > 0) model::describe_reward_model(decoder_.config(), output);
  NamedTensors weights;
  for (const auto& [name, tensor] : decoder_.named_weights()) weights.emplace_back(name, tensor.detach().contiguous());
  write_tensors(output, "model", weights);
}

}  // namespace llmops::train
