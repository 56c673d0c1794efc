// Writing config.json, and what a configuration must hold before anything is computed from it.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/error.h"
#include "model/model_config.h"
#include "model/rope_config.h"

namespace llmops::model {
namespace {

/// One id as a number, several as a list, none as null: the forms transformers reads.
Json ids_json(const std::vector<int>& ids) {
  if (ids.empty()) return nullptr;
  return ids.size() == 1 ? Json(ids[0]) : Json(ids);
}

void set_default(Json& json, const char* key, Json value) {
  if (!json.contains(key)) json[key] = std::move(value);
}

void check_rope(const ModelConfig& config, const std::string& origin) {
  const RopeScaling& rope = config.rope_scaling;
  const auto require = [&](bool holds, const char* what) {
    if (!holds) throw InputError(fmt::format("{}: {}", origin, what));
  };
  require(std::isfinite(config.rope_theta) && config.rope_theta > 1, "'rope_theta' must be above 1");
  require(std::isfinite(rope.factor) && rope.factor > 0, "the rotary scaling's 'factor' must be above 0");
  if (rope.type == "llama3") {
    require(rope.low_freq_factor > 0 && rope.high_freq_factor > rope.low_freq_factor,
            "'high_freq_factor' must be above 'low_freq_factor'");
  }
  if (rope.type == "yarn")
    require(rope.beta_fast >= rope.beta_slow && rope.beta_slow > 0, "'beta_fast' is below 'beta_slow'");
  if (rope.type != "longrope") return;
  for (const auto* factors : {&rope.short_factor, &rope.long_factor}) {
    require(static_cast<int>(factors->size()) == config.head_size / 2,
            "'short_factor' and 'long_factor' must have one value for each pair of a head's dimensions");
    for (const double factor : *factors)
      require(std::isfinite(factor) && factor > 0, "longrope factors must be above 0");
  }
}

}  // namespace

void check_model_config(const ModelConfig& config, const std::string& origin) {
  const std::pair<const char*, int> sizes[] = {
      {"vocab_size", config.vocab_size},     {"hidden_size", config.hidden_size},
      {"num_hidden_layers", config.layers},  {"intermediate_size", config.intermediate_size},
      {"num_attention_heads", config.heads}, {"num_key_value_heads", config.kv_heads},
      {"head_dim", config.head_size},        {"max_position_embeddings", config.max_position},
  };
  for (const auto& [name, value] : sizes) {
    if (value <= 0) throw InputError(fmt::format("{}: '{}' is {}, expected at least 1", origin, name, value));
  }
  if (config.heads % config.kv_heads != 0) {
    throw InputError(
        fmt::format("{}: {} heads cannot share {} key-value heads evenly", origin, config.heads, config.kv_heads));
  }
  if (config.head_size % 2 != 0) {
    throw InputError(fmt::format("{}: head size {} is odd, rotary positions need pairs", origin, config.head_size));
  }
  // Generous against real models, small enough that no product of the sizes overflows 64 bits.
  if (config.layers > 10'000 || config.hidden_size > (1 << 22) || config.intermediate_size > (1 << 24) ||
      config.vocab_size > (1 << 26) || std::int64_t{config.heads} * config.head_size > (1 << 22)) {
    throw InputError(fmt::format("{}: the model's sizes are implausible (larger than any known model)", origin));
  }
  if (!(config.rms_epsilon > 0 && config.rms_epsilon < 1)) {
    throw InputError(fmt::format("{}: 'rms_norm_eps' must be between 0 and 1", origin));
  }
  check_rope(config, origin);
}

std::int64_t ModelConfig::parameter_count() const {
  const std::int64_t c = hidden_size;
  const std::int64_t f = intermediate_size;
  const std::int64_t q = std::int64_t{heads} * head_size;
  const std::int64_t kv = std::int64_t{kv_heads} * head_size;
  std::int64_t layer = c * q + 2 * c * kv + q * c + 3 * c * f + 2 * c;
  if (qkv_bias) layer += q + 2 * kv;
  if (output_bias) layer += c;
  if (mlp_bias) layer += 2 * f + c;
  if (qk_norm) layer += 2 * head_size;
  return std::int64_t{vocab_size} * c * (tied_embeddings ? 1 : 2) + layers * layer + c;
}

Json model_config_json(const ModelConfig& config) {
  Json json = config.raw.is_object() ? config.raw : Json::object();
  json["architectures"] = Json::array({config.architecture});
  json["model_type"] = config.model_type;
  json["vocab_size"] = config.vocab_size;
  json["hidden_size"] = config.hidden_size;
  json["intermediate_size"] = config.intermediate_size;
  json["num_hidden_layers"] = config.layers;
  json["num_attention_heads"] = config.heads;
  json["num_key_value_heads"] = config.kv_heads;
  json["head_dim"] = config.head_size;
  json["max_position_embeddings"] = config.max_position;
  json["rms_norm_eps"] = config.rms_epsilon;
  json["tie_word_embeddings"] = config.tied_embeddings;
  write_rope(config, json);
  json[json.contains("dtype") ? "dtype" : "torch_dtype"] = config.dtype;
  set_default(json, "hidden_act", "silu");
  set_default(json, "attention_dropout", 0.0);
  set_default(json, "initializer_range", 0.02);
  set_default(json, "use_cache", true);
  set_default(json, "bos_token_id", ids_json(config.bos_ids));
  set_default(json, "eos_token_id", ids_json(config.eos_ids));
  if (config.model_type == "llama") {
    set_default(json, "attention_bias", config.qkv_bias);
    set_default(json, "mlp_bias", config.mlp_bias);
  }
  if (config.model_type == "qwen3") set_default(json, "attention_bias", config.qkv_bias);
  if (config.model_type == "mistral") {
    set_default(json, "sliding_window", config.sliding_window > 0 ? Json(config.sliding_window) : Json(nullptr));
  }
  return json;
}

}  // namespace llmops::model
