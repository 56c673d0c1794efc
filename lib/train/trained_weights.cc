// Chooses what a run trains.
#include "train/trained_weights.h"

#include "train/adapter_weights.h"
#include "train/model_weights.h"

namespace llmops::train {

NamedTensors named(const std::vector<TrainedTensor>& tensors) {
  NamedTensors found;
  for (const TrainedTensor& trained : tensors) found.emplace_back(trained.name, trained.tensor);
  return found;
}

model::BaseFormat base_format(const FinetuneRecipe& recipe) {
  if (recipe.load_in_4bit) return model::BaseFormat::kNf4;
  return recipe.load_in_8bit ? model::BaseFormat::kInt8 : model::BaseFormat::kDense;
}

std::unique_ptr<TrainedWeights> make_trained_weights(const FinetuneRecipe& recipe, model::Decoder& decoder) {
  if (recipe.trains_adapter()) return std::make_unique<AdapterWeights>(recipe, decoder);
  return std::make_unique<ModelWeights>(recipe, decoder);
}

const char* output_mark(const FinetuneRecipe& recipe) {
  return recipe.trains_adapter() ? "adapter_config.json" : "config.json";
}

}  // namespace llmops::train
