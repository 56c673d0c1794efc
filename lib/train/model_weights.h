// The model's own weights, all or those that the recipe names.
#pragma once

#include "train/trained_weights.h"

namespace llmops::train {

class ModelWeights : public TrainedWeights {
 public:
  /// Unfreezes unfrozen_tensors(). @throws InputError  as that
  ModelWeights(const FinetuneRecipe& recipe, model::Decoder& decoder);

  /// Biases and norms do not decay, as transformers' Trainer has it.
  std::vector<TrainedTensor> tensors() override;
  /// trained.safetensors: float32, by Hugging Face's names, (out, in) for linear layers.
  void save(const std::filesystem::path& directory) override;
  void restore(const std::filesystem::path& directory) override;
  /// A Hugging Face folder in float32: the whole model, with the base's tokenizer and template.
  void publish(const std::filesystem::path& checkpoint, const std::filesystem::path& output) override;

 private:
  model::Decoder& decoder_;
  std::filesystem::path base_path_;
  std::vector<TrainedTensor> trained_;
};

}  // namespace llmops::train
