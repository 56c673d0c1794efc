#include "train/reference_log_probs.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/hash.h"
#include "model/safetensors.h"
#include "train/answer_scores.h"
#include "train/own_batches.h"
#include "train/validation.h"

namespace llmops::train {
namespace {

constexpr const char* kTrain = "train";
constexpr const char* kValidation = "validation";

/// All that the numbers follow from, to the last bit.
std::string fingerprint_of(const FinetuneRecipe& recipe, const std::string& base, const TrainingData& data) {
  const std::string adapter = recipe.lora_model_dir.empty() ? "" : sha256_path(recipe.lora_model_dir);
  Sha256 hash;
  hash.update(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", base, adapter, data.fingerprint, validation_tokens(recipe),
                          recipe.load_in_4bit, recipe.load_in_8bit));
  return hash.hex();
}

std::vector<float> values_of(const model::Checkpoint& file, const char* name) {
  const model::TensorView* view = file.find(name);
  if (view == nullptr) return {};
  std::vector<float> values(static_cast<std::size_t>(view->elements()));
  model::to_float32(*view, values);
  return values;
}

bool read_reference(const fs::path& path, const std::string& fingerprint, TrainingData& data) {
  if (!fs::exists(path)) return false;
  const auto file = model::Checkpoint::open(path);
  const auto saved = file.metadata().find("fingerprint");
  if (saved == file.metadata().end() || saved->second != fingerprint) return false;
  data.train_reference = values_of(file, kTrain);
  data.validation_reference = values_of(file, kValidation);
  return data.train_reference.size() == data.train.size() && data.validation_reference.size() == data.validation.size();
}

void write_reference(const fs::path& path, const std::string& fingerprint, const TrainingData& data) {
  fs::create_directories(path.parent_path());
  std::vector<model::TensorToWrite> tensors;
  for (const auto& [name, values] :
       {std::pair{kTrain, &data.train_reference}, {kValidation, &data.validation_reference}}) {
    if (values->empty()) continue;
    tensors.push_back(
        {name, model::DType::kF32, {static_cast<std::int64_t>(values->size())}, std::as_bytes(std::span(*values))});
  }
  model::write_safetensors(path.parent_path(), path.stem().string(), tensors, {{"fingerprint", fingerprint}});
}

/// What rank 0 has read, to the others.
void send_reference(Workers& workers, TrainingData& data) {
  data.train_reference.resize(data.train.size());
  data.validation_reference.resize(data.validation.size());
  for (auto* values : {&data.train_reference, &data.validation_reference}) {
    const auto count = static_cast<std::int64_t>(values->size());
    if (count > 0) workers.start_broadcast(at::from_blob(values->data(), {count}, at::kFloat), 0)();
  }
}

}  // namespace

void find_reference(const model::Decoder& decoder, const FinetuneRecipe& recipe, const std::string& base_fingerprint,
                    const fs::path& file, TrainingData& data, Workers& workers, Progress& progress) {
  const std::string fingerprint = fingerprint_of(recipe, base_fingerprint, data);
  const bool read = workers.first() && read_reference(file, fingerprint, data);
  if (workers.any(read)) return send_reference(workers, data);
  const auto on_tokens = start_pass(progress, "reference", {&data.train, &data.validation});
  data.train_reference = answer_log_probs(decoder, recipe, data.train, workers, on_tokens);
  data.validation_reference = answer_log_probs(decoder, recipe, data.validation, workers, on_tokens);
  progress.finish();
  if (workers.first()) write_reference(file, fingerprint, data);
}

}  // namespace llmops::train
