// An adapter on a frozen base, kept as peft keeps it.
#pragma once

#include "model/lora.h"
#include "train/trained_weights.h"

namespace llmops::train {

class AdapterWeights : public TrainedWeights {
 public:
  AdapterWeights(const FinetuneRecipe& recipe, model::Decoder& decoder);

  /// Matrices B, and vectors, learn `loraplus_lr_ratio` times as fast as A (Hayou and others, 2024, "LoRA+", with the
  /// groups of peft's create_loraplus_optimizer).
  std::vector<TrainedTensor> tensors() override;
  void save(const std::filesystem::path& directory) override;
  void restore(const std::filesystem::path& directory) override;
  void publish(const std::filesystem::path& checkpoint, const std::filesystem::path& output) override;

 private:
  model::Decoder& decoder_;
  model::LoraConfig config_;
  double loraplus_lr_ratio_;
};

}  // namespace llmops::train
