// GGUF's keys for the decoders we run: what a configuration has is written, so that a family needs no code of its own.
#include "quant/gguf_model_keys.h"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "core/log.h"
#include "model/gguf_families.h"

namespace llmops::quant {
namespace {

using model::GgufKey;
using model::ModelConfig;

class Keys {
 public:
  explicit Keys(std::string prefix) : prefix_(std::move(prefix)) {}

  void count(const char* name, int value) { add(name, static_cast<std::uint32_t>(value)); }
  void number(const char* name, double value) { add(name, static_cast<float>(value)); }
  void add(const char* name, model::GgufValue value) { list_.push_back({prefix_ + name, std::move(value)}); }
  /// A setting of config.json that GGUF keeps as it is.
  void copy(const char* name, const ModelConfig& config, const char* setting) {
    const auto found = config.raw.find(setting);
    if (found != config.raw.end() && found->is_number()) number(name, found->get<double>());
  }
  std::vector<GgufKey>& list() { return list_; }

 private:
  std::string prefix_;
  std::vector<GgufKey> list_;
};

void add_sizes(Keys& keys, const ModelConfig& config) {
  keys.count("vocab_size", config.vocab_size);
  keys.count("context_length", config.max_position);
  keys.count("embedding_length", config.hidden_size);
  keys.count("block_count", config.layers);
  keys.count("feed_forward_length", config.intermediate_size);
  keys.count("attention.head_count", config.heads);
  keys.count("attention.head_count_kv", config.kv_heads);
  keys.count("attention.key_length", config.head_size);
  keys.count("attention.value_length", config.head_size);
  const bool rms = config.norm == model::NormKind::kRms || config.norm == model::NormKind::kRmsPlusOne;
  keys.number(rms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon", config.norm_epsilon);
}

void add_experts(Keys& keys, const ModelConfig& config) {
  if (config.experts == 0) return;
  keys.count("expert_count", config.experts);
  keys.count("expert_used_count", config.experts_used);
  if (config.expert_size != config.intermediate_size) keys.count("expert_feed_forward_length", config.expert_size);
}

void add_scales(Keys& keys, const ModelConfig& config) {
  if (config.attention_softcap > 0) keys.number("attn_logit_softcapping", config.attention_softcap);
  if (config.logit_softcap > 0) keys.number("final_logit_softcapping", config.logit_softcap);
  if (config.qkv_limit > 0) keys.number("attention.clamp_kqv", config.qkv_limit);
  keys.copy("attention.scale", config, "attention_multiplier");
  keys.copy("embedding_scale", config, "embedding_multiplier");
  keys.copy("residual_scale", config, "residual_multiplier");
  keys.copy("logit_scale", config, "logits_scaling");
  keys.copy("logit_scale", config, "logit_scale");
  if (const auto found = config.raw.find("use_parallel_residual"); found != config.raw.end() && found->is_boolean()) {
    keys.add("use_parallel_residual", found->get<bool>());
  }
}

/// GGUF keeps no scale of Gemma's queries: readers take the head's size, or the width's share in the largest two
/// models.
void check_query_scale(const ModelConfig& config) {
  const auto found = config.raw.find("query_pre_attn_scalar");
  if (found == config.raw.end() || !found->is_number()) return;
  const double scalar = found->get<double>();
  const bool largest = config.layers == 46 || config.layers == 62;
  if (scalar == config.head_size || (largest && scalar * config.heads == config.hidden_size)) return;
  throw InputError(fmt::format("'query_pre_attn_scalar' {} cannot be written as GGUF", scalar),
                   fmt::format("readers would take the head size, {}", config.head_size));
}

void add_window(Keys& keys, const ModelConfig& config, const std::string& architecture) {
  if (config.sliding_window == 0) return;
  keys.count("attention.sliding_window", config.sliding_window);
  if (architecture == "llama" || architecture.starts_with("qwen")) {
    log_warning(fmt::format("llama.cpp does not use the sliding window of {} tokens for this architecture",
                            config.sliding_window));
  }
}

void add_positions(Keys& keys, const ModelConfig& config) {
  if (!config.turns_heads()) return;
  keys.count("rope.dimension_count", config.rotary_size);
  keys.number("rope.freq_base", config.rope_theta);
  if (config.local_rope_theta > 0) keys.number("rope.freq_base_swa", config.local_rope_theta);
  const model::RopeScaling& scaling = config.rope_scaling;
  if (scaling.type.empty() || scaling.type == "default" || scaling.type == "llama3") return;  // llama3: a tensor
  if (scaling.type != "linear" && scaling.type != "yarn" && scaling.type != "longrope") {
    throw InputError(fmt::format("rope scaling '{}' cannot be written as GGUF", scaling.type),
                     "default, linear, yarn, llama3 and longrope can");
  }
  if (scaling.type != "longrope") {
    keys.add("rope.scaling.type", scaling.type);
    keys.number("rope.scaling.factor", scaling.factor);
  } else if (scaling.attention_factor > 0) {
    keys.number("rope.scaling.attn_factor", scaling.attention_factor);
  }
  if (scaling.original_max_position > 0)
    keys.count("rope.scaling.original_context_length", scaling.original_max_position);
}

/// The divisors that Llama 3's scaling comes to.
std::vector<float> llama3_factors(const ModelConfig& config) {
  const model::RopeScaling& scaling = config.rope_scaling;
  const double original = scaling.original_max_position > 0 ? scaling.original_max_position : config.max_position;
  std::vector<float> divisors;
  for (int i = 0; i < config.rotary_size / 2; ++i) {
    const double wavelength = 2 * std::numbers::pi * std::pow(config.rope_theta, 2.0 * i / config.rotary_size);
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

}  // namespace

std::string gguf_architecture(const ModelConfig& config) {
  if (const model::GgufFamily* family = model::gguf_family_of(config)) return family->gguf;
  throw InputError(fmt::format("architecture '{}' cannot be written as GGUF", config.architecture),
                   "llama.cpp has no name for it, or we do not know it");
}

std::vector<GgufKey> gguf_model_keys(const ModelConfig& config, const std::string& name, std::uint32_t file_type) {
  const std::string architecture = gguf_architecture(config);
  Keys keys(architecture + ".");
  keys.list() = {
      {"general.architecture", architecture},
      {"general.type", std::string("model")},
      {"general.name", name},
      {"general.file_type", file_type},
      {"general.quantization_version", std::uint32_t{2}},
  };
  add_sizes(keys, config);
  add_experts(keys, config);
  add_scales(keys, config);
  check_query_scale(config);
  add_window(keys, config, architecture);
  add_positions(keys, config);
  return std::move(keys.list());
}

std::vector<std::pair<std::string, std::vector<float>>> gguf_rotary_factors(const ModelConfig& config) {
  const model::RopeScaling& scaling = config.rope_scaling;
  if (scaling.type == "llama3") return {{"rope_freqs.weight", llama3_factors(config)}};
  if (scaling.type != "longrope") return {};
  const auto floats = [](const std::vector<double>& values) {
    return std::vector<float>(values.begin(), values.end());
  };
  return {{"rope_factors_long.weight", floats(scaling.long_factor)},
          {"rope_factors_short.weight", floats(scaling.short_factor)}};
}

}  // namespace llmops::quant
