// What a run trains, and the files it is kept in.
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "model/decoder.h"
#include "train/optimizer.h"

namespace llmops::train {

class TrainedWeights {
 public:
  virtual ~TrainedWeights() = default;
  /// Each once, sorted by name: leaves that require gradients, and how they learn.
  virtual std::vector<TrainedTensor> tensors() = 0;
  /// Writes them into a folder that exists: what a checkpoint keeps.
  virtual void save(const std::filesystem::path& directory) = 0;
  /// Reads what save() wrote. @throws InputError  missing weights, or other shapes
  virtual void restore(const std::filesystem::path& directory) = 0;
  /// Writes what the run was started for, with the weights of a checkpoint, into a folder that exists.
  virtual void publish(const std::filesystem::path& checkpoint, const std::filesystem::path& output) = 0;
};

NamedTensors named(const std::vector<TrainedTensor>& tensors);

/// How the recipe wants the base model's matrices in memory.
model::BaseFormat base_format(const FinetuneRecipe& recipe);

/// Puts a fresh adapter (or the recipe's `lora_model_dir`) on `decoder`; or with `adapter: none` unfreezes its weights.
/// @param decoder  outlives what is returned
/// @throws InputError  a name or pattern that fits nothing; an adapter that does not fit
std::unique_ptr<TrainedWeights> make_trained_weights(const FinetuneRecipe& recipe, model::Decoder& decoder);

/// The file by which an output of this recipe's kind is known: "adapter_config.json", or "config.json" of a model.
const char* output_mark(const FinetuneRecipe& recipe);

}  // namespace llmops::train
