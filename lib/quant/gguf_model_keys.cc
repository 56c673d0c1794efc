// GGUF's keys for the decoders of the Llama family.
#include "quant/gguf_model_keys.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/log.h"

namespace llmops::quant {
namespace {

using model::GgufKey;

std::uint32_t unsigned_value(int value) { return static_cast<std::uint32_t>(value); }

void add_scaling(std::vector<GgufKey>& keys, const std::string& prefix, const model::ModelConfig& config) {
  const model::RopeScaling& scaling = config.rope_scaling;
  if (scaling.type == "default" || scaling.type.empty() || scaling.type == "llama3") return;  // llama3: a tensor
  if (scaling.type != "linear" && scaling.type != "yarn") {
    throw InputError(fmt::format("rope scaling '{}' cannot be written as GGUF", scaling.type),
                     "default, linear, yarn and llama3 can");
  }
  keys.push_back({prefix + "rope.scaling.type", scaling.type});
  keys.push_back({prefix + "rope.scaling.factor", static_cast<float>(scaling.factor)});
  if (scaling.original_max_position > 0) {
    keys.push_back({prefix + "rope.scaling.original_context_length", unsigned_value(scaling.original_max_position)});
  }
}

}  // namespace

std::string gguf_architecture(const model::ModelConfig& config) {
  if (config.model_type == "llama" || config.model_type == "mistral") return "llama";
  if (config.model_type == "qwen2" || config.model_type == "qwen3") return config.model_type;
  throw InputError(fmt::format("model type '{}' cannot be written as GGUF", config.model_type),
                   "llama, mistral, qwen2 and qwen3 can");
}

std::vector<GgufKey> gguf_model_keys(const model::ModelConfig& config, const std::string& name,
                                     std::uint32_t file_type) {
  const std::string architecture = gguf_architecture(config);
  const std::string prefix = architecture + ".";
  if (config.sliding_window > 0) {
    log_warning(fmt::format("GGUF has no key for the sliding window of {} tokens; readers attend to the whole context",
                            config.sliding_window));
  }
  std::vector<GgufKey> keys = {
      {"general.architecture", architecture},
      {"general.type", std::string("model")},
      {"general.name", name},
      {"general.file_type", file_type},
      {"general.quantization_version", std::uint32_t{2}},
      {prefix + "vocab_size", unsigned_value(config.vocab_size)},
      {prefix + "context_length", unsigned_value(config.max_position)},
      {prefix + "embedding_length", unsigned_value(config.hidden_size)},
      {prefix + "block_count", unsigned_value(config.layers)},
      {prefix + "feed_forward_length", unsigned_value(config.intermediate_size)},
      {prefix + "attention.head_count", unsigned_value(config.heads)},
      {prefix + "attention.head_count_kv", unsigned_value(config.kv_heads)},
      {prefix + "attention.key_length", unsigned_value(config.head_size)},
      {prefix + "attention.value_length", unsigned_value(config.head_size)},
      {prefix + "attention.layer_norm_rms_epsilon", static_cast<float>(config.rms_epsilon)},
      {prefix + "rope.dimension_count", unsigned_value(config.head_size)},
      {prefix + "rope.freq_base", static_cast<float>(config.rope_theta)},
  };
  add_scaling(keys, prefix, config);
  return keys;
}

std::vector<float> gguf_rotary_divisors(const model::ModelConfig& config) {
  const model::RopeScaling& scaling = config.rope_scaling;
  if (scaling.type != "llama3") return {};
  const double original = scaling.original_max_position > 0 ? scaling.original_max_position : config.max_position;
  std::vector<float> divisors;
  for (int i = 0; i < config.head_size / 2; ++i) {
    const double wavelength = 2 * std::numbers::pi * std::pow(config.rope_theta, 2.0 * i / config.head_size);
    double divisor = 1;
    if (wavelength > original / scaling.low_freq_factor) {
      divisor = scaling.factor;
    } else if (wavelength >= original / scaling.high_freq_factor) {
      const double smooth =
          (original / wavelength - scaling.low_freq_factor) / (scaling.high_freq_factor - scaling.low_freq_factor);
      divisor = 1 / ((1 - smooth) / scaling.factor + smooth);
    }
    divisors.push_back(static_cast<float>(divisor));
  }
  return divisors;
}

}  // namespace llmops::quant
