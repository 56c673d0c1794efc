// Attaches, saves and reads back the adapter that is trained.
#include "train/adapter_weights.h"

#include <algorithm>
#include <set>

#include "core/files.h"
#include "model/adapter_record.h"
#include "model/lora_weights.h"
#include "model/reward_config.h"
#include "train/random.h"
#include "train/recipe_adapter.h"

namespace llmops::train {
namespace {

/// PEFT's file names the layers it trains: each kind of linear layer once.
std::vector<std::string> kinds_of_layers(model::Decoder& decoder) {
  std::set<std::string> names;
  for (const auto& [name, unused] : decoder.linears()) names.insert(name.substr(name.rfind('.') + 1));
  return {names.begin(), names.end()};
}

/// Has an adapter that was trained for something else keep the head too.
void keep_head(const FinetuneRecipe& recipe, model::Decoder& decoder, model::LoraConfig& config) {
  const auto is_head = [](const auto& weight) { return weight.tensor.part == model::Part::kHead; };
  if (std::any_of(decoder.replaced().begin(), decoder.replaced().end(), is_head)) return;
  const model::LoraConfig fresh = lora_config(recipe);
  config.other["task_type"] = fresh.other["task_type"];
  config.modules_to_save.push_back(model::kScoreModule);
  for (const model::ExpectedTensor& tensor : model::expected_tensors(decoder.config())) {
    if (tensor.part == model::Part::kHead) decoder.replace(tensor, decoder.dense_weight(tensor).clone());
  }
}

model::LoraConfig attach(const FinetuneRecipe& recipe, model::Decoder& decoder) {
  if (!recipe.lora_model_dir.empty()) {
    model::check_adapter_fits(recipe.lora_model_dir, recipe.base_path);
    model::LoraConfig config = model::load_lora(decoder, recipe.lora_model_dir);
    config.base_model_name_or_path = recipe.base_model;
    if (recipe.preference.reward_model) keep_head(recipe, decoder, config);
    for (auto& [name, tensor] : model::lora_tensors(decoder)) tensor.requires_grad_(true);
    return config;
  }
  model::LoraConfig config = lora_config(recipe);
  if (config.target_modules.empty()) config.target_modules.names = kinds_of_layers(decoder);
  model::attach_lora(decoder, config, Random({recipe.seed, kAdapterStream}).next());
  return config;
}

}  // namespace

AdapterWeights::AdapterWeights(const FinetuneRecipe& recipe, model::Decoder& decoder)
    : decoder_(decoder), config_(attach(recipe, decoder)), loraplus_lr_ratio_(recipe.loraplus_lr_ratio) {}

std::vector<TrainedTensor> AdapterWeights::tensors() {
  std::set<std::string> norms;
  for (const auto& [tensor, unused] : decoder_.replaced()) {
    if (is_norm(tensor.part)) norms.insert(model::saved_tensor_name(tensor.name));
  }
  std::vector<TrainedTensor> found;
  for (const auto& [name, tensor] : model::lora_tensors(decoder_)) {
    const bool fast = name.find("lora_B") != std::string::npos || tensor.dim() == 1;
    found.push_back({name, tensor, fast ? loraplus_lr_ratio_ : 1, !name.ends_with(".bias") && !norms.contains(name)});
  }
  return found;
}

void AdapterWeights::save(const fs::path& directory) { model::save_lora(decoder_, config_, directory); }

void AdapterWeights::restore(const fs::path& directory) { model::restore_lora(decoder_, directory); }

void AdapterWeights::publish(const fs::path& checkpoint, const fs::path& output) {
  for (const char* name : {"adapter_config.json", "adapter_model.safetensors"}) {
    fs::copy_file(checkpoint / name, output / name);
  }
}

}  // namespace llmops::train
