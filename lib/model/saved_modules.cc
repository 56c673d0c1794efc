// Finds the weights that modules_to_save names.
#include "model/saved_modules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/spelling.h"
#include "model/reward_config.h"

namespace llmops::model {
namespace {

/// Whether the module at `path`, or one that it is in, ends in `name`.
bool is_within(std::string path, const std::string& name) {
  while (!path.ends_with(name)) {
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos) return false;
    path.resize(dot);
  }
  return true;
}

std::string module_of(const ExpectedTensor& tensor) { return tensor.name.substr(0, tensor.name.rfind('.')); }

bool is_embedding_or_head(const ExpectedTensor& tensor) {
  return tensor.part == Part::kEmbedding || tensor.part == Part::kHead;
}

/// As peft's PeftModelForSequenceClassification adds them to `modules_to_save`.
bool is_usual_head(const std::string& name) { return name == kScoreModule || name == "classifier"; }

void check_name(const std::vector<ExpectedTensor>& tensors, const std::string& name) {
  std::set<std::string> known;
  for (const ExpectedTensor& tensor : tensors) {
    const std::string path = module_of(tensor);
    if (is_within(path, name)) return;
    known.insert(path.substr(path.rfind('.') + 1));
  }
  throw InputError(fmt::format("modules_to_save: '{}' names no module of the model", name),
                   did_you_mean(name, {known.begin(), known.end()}, "name 'embed_tokens', 'lm_head' or a norm"));
}

}  // namespace

std::vector<ExpectedTensor> keepable_tensors(const ModelConfig& config) {
  ModelConfig apart = config;
  apart.tied_embeddings = false;
  return expected_tensors(apart);
}

std::vector<ExpectedTensor> saved_tensors(const ModelConfig& config, const LoraConfig& lora) {
  const std::vector<ExpectedTensor> all = keepable_tensors(config);
  for (const std::string& name : lora.modules_to_save) {
    if (!lora.classifies() || !is_usual_head(name)) check_name(all, name);
  }
  const auto named = [&](const ExpectedTensor& tensor) {
    return std::any_of(lora.modules_to_save.begin(), lora.modules_to_save.end(),
                       [&](const std::string& name) { return is_within(module_of(tensor), name); });
  };
  const bool together = lora.ensure_weight_tying && config.tied_embeddings &&
                        std::any_of(all.begin(), all.end(), [&](const ExpectedTensor& tensor) {
                          return is_embedding_or_head(tensor) && named(tensor);
                        });
  std::vector<ExpectedTensor> found;
  for (const ExpectedTensor& tensor : all) {
    if (named(tensor) || (together && is_embedding_or_head(tensor))) found.push_back(tensor);
  }
  return found;
}

ModelConfig with_kept_weight(ModelConfig config, Part part) {
  if (part == Part::kEmbedding || part == Part::kHead) config.tied_embeddings = false;
  return config;
}

ModelConfig with_kept_weights(ModelConfig config, const SavedWeights& saved) {
  if (saved.contains(kScoreWeight)) config = as_reward_model(std::move(config));
  for (const ExpectedTensor& tensor : keepable_tensors(config)) {
    if (saved.contains(tensor.name)) config = with_kept_weight(std::move(config), tensor.part);
  }
  return config;
}

ExpectedTensor stored_tensor(const ModelConfig& stored, const ExpectedTensor& tensor) {
  if (tensor.part != Part::kHead || !stored.tied_embeddings) return tensor;
  ExpectedTensor embedding = tensor;
  embedding.part = Part::kEmbedding;
  embedding.name = part_path(stored, Part::kEmbedding, -1) + ".weight";
  return embedding;
}

}  // namespace llmops::model
