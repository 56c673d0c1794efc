// Draws the weights of a model that is to be trained from nothing.
#include "train/fresh_model.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "core/cancel.h"
#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "model/model_files.h"
#include "model/reward_config.h"
#include "model/safetensors.h"
#include "model/weight_layout.h"
#include "train/random.h"

namespace llmops::train {
namespace {

constexpr const char* kOrigin = "base_model_config";

/// In (0, 1].
double uniform(Random& random) { return (static_cast<double>(random.next() >> 11) + 1) * 0x1p-53; }

/// Box and Muller, 1958, "A note on the generation of random normal deviates".
void fill_normal(double deviation, Random random, std::span<float> values) {
  for (std::size_t i = 0; i < values.size(); i += 2) {
    const double radius = deviation * std::sqrt(-2 * std::log(uniform(random)));
    const double angle = 2 * std::numbers::pi * uniform(random);
    values[i] = static_cast<float>(radius * std::cos(angle));
    if (i + 1 < values.size()) values[i + 1] = static_cast<float>(radius * std::sin(angle));
  }
}

/// Of matrices and embeddings; 0 for what is not random.
double deviation_of(const model::ModelConfig& config, const model::ExpectedTensor& tensor) {
  if (tensor.bias || is_norm(tensor.part)) return 0;
  const double range = json_get_or(config.raw, "initializer_range", 0.02, kOrigin);
  const bool into_residual = tensor.part == model::Part::kOutput || tensor.part == model::Part::kDown;
  return config.model_type == "gpt2" && into_residual ? range / std::sqrt(2.0 * config.layers) : range;
}

std::vector<std::byte> fresh_bytes(const model::ModelConfig& config, const model::ExpectedTensor& tensor,
                                   std::uint64_t seed) {
  throw_if_cancelled();
  std::size_t count = 1;
  for (const std::int64_t size : tensor.shape) count *= static_cast<std::size_t>(size);
  const bool one = is_norm(tensor.part) && !tensor.bias && config.norm != model::NormKind::kRmsPlusOne;
  std::vector<float> values(count, one ? 1.0F : 0.0F);
  const double deviation = deviation_of(config, tensor);
  // Streams follow names, so that a layer starts alike however many there are.
  if (deviation > 0) fill_normal(deviation, Random({seed, kFreshWeightsStream, xxh3_64(tensor.name)}), values);
  const auto bytes = std::as_bytes(std::span<const float>(values));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

model::ModelConfig fresh_config(const PretrainRecipe& recipe, const text::Tokenizer& tokenizer) {
  Json json = recipe.base_model_config;
  const auto set = [&](const char* key, const auto& value) {
    if (!json.contains(key) && value) json[key] = *value;
  };
  set("vocab_size", std::optional(tokenizer.vocab_size()));
  set("bos_token_id", tokenizer.bos_id());
  set("eos_token_id", tokenizer.eos_id());
  json.erase("torch_dtype");
  json["dtype"] = "float32";
  model::ModelConfig config = model::parse_model_config(json, kOrigin);
  if (config.vocab_size < tokenizer.vocab_size()) {
    throw InputError(fmt::format("{}: 'vocab_size' is {}, but the tokenizer has {} tokens", kOrigin, config.vocab_size,
                                 tokenizer.vocab_size()),
                     "leave it out: it is the tokenizer's then");
  }
  return config;
}

model::ModelConfig starting_config(const FinetuneRecipe& recipe, const text::Tokenizer& tokenizer) {
  if (recipe.pretrain.on()) return fresh_config(recipe.pretrain, tokenizer);
  model::ModelConfig config = model::read_model_config(recipe.base_path);
  return recipe.preference.reward_model ? model::as_reward_model(std::move(config)) : config;
}

void write_fresh_model(const PretrainRecipe& recipe, std::uint64_t seed, const text::Tokenizer& tokenizer,
                       const fs::path& directory) {
  const model::ModelConfig config = fresh_config(recipe, tokenizer);
  AtomicDirectory target(directory, /*replace=*/true);
  model::copy_tokenizer_files(recipe.tokenizer_path, target.path());
  write_file_atomic(target.path() / "config.json", dump_json_pretty(model::model_config_json(config)));
  std::vector<model::LazyTensorToWrite> tensors;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    tensors.push_back({tensor.name, model::DType::kF32, tensor.shape,
                       [&config, tensor, seed] { return fresh_bytes(config, tensor, seed); }});
  }
  model::write_safetensors(target.path(), "model", tensors);
  target.commit();
}

}  // namespace llmops::train
