// Writing config.json, and what a configuration must hold before anything is computed from it.
#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "core/error.h"
#include "model/model_config.h"
#include "model/reward_config.h"
#include "model/rope_config.h"
#include "model/settings.h"
#include "model/weight_layout.h"

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
    require(static_cast<int>(factors->size()) == config.rotary_size / 2,
            "'short_factor' and 'long_factor' must have one value for each pair of a head's turned dimensions");
    for (const double factor : *factors)
      require(std::isfinite(factor) && factor > 0, "longrope factors must be above 0");
  }
}

void check_positions(const ModelConfig& config, const std::string& origin) {
  const bool turned = config.turns_heads();
  if (turned && config.head_size % 2 != 0 && config.rotary_size == config.head_size) {
    throw InputError(fmt::format("{}: head size {} is odd, rotary positions need pairs", origin, config.head_size));
  }
  if (turned && (config.rotary_size < 2 || config.rotary_size > config.head_size || config.rotary_size % 2 != 0)) {
    throw InputError(fmt::format("{}: rotary positions on {} of a head's {} elements are not supported", origin,
                                 config.rotary_size, config.head_size));
  }
}

void check_experts(const ModelConfig& config, const std::string& origin) {
  if (config.experts == 0) return;
  if (config.experts > 4096 || std::int64_t{config.experts} * config.layers > 200'000 || config.experts_used < 1 ||
      config.experts_used > config.experts || config.expert_size < 1 || config.expert_size > (1 << 24)) {
    throw InputError(fmt::format("{}: {} of {} experts of size {} for each token is implausible", origin,
                                 config.experts_used, config.experts, config.expert_size));
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
  check_positions(config, origin);
  check_experts(config, origin);
  // Generous against real models, small enough that no product of the sizes overflows 64 bits.
  if (config.layers > 10'000 || config.hidden_size > (1 << 22) || config.intermediate_size > (1 << 24) ||
      config.vocab_size > (1 << 26) || std::int64_t{config.heads} * config.head_size > (1 << 22)) {
    throw InputError(fmt::format("{}: the model's sizes are implausible (larger than any known model)", origin));
  }
  const auto finite = [&](double value, const char* what) {
    if (!std::isfinite(value)) throw InputError(fmt::format("{}: {} is not a finite number", origin, what));
  };
  if (!(config.norm_epsilon > 0 && config.norm_epsilon < 1)) {
    throw InputError(fmt::format("{}: '{}' must be between 0 and 1", origin,
                                 Settings(*config.family, config.raw, origin).spelling("rms_norm_eps")));
  }
  finite(config.attention_scale, "the scale of attention scores");
  finite(config.logit_scale, "the scale of logits");
  finite(config.embedding_scale, "the scale of embeddings");
  finite(config.residual_scale, "the scale of residuals");
  check_rope(config, origin);
}

std::int64_t ModelConfig::parameter_count() const {
  std::int64_t count = 0;
  for (const ExpectedTensor& tensor : expected_tensors(*this)) {
    std::int64_t elements = 1;
    for (const std::int64_t size : tensor.shape) elements *= size;
    count += elements;
  }
  return count;
}

Json model_config_json(const ModelConfig& config) {
  Json json = config.raw.is_object() ? config.raw : Json::object();
  json["architectures"] = Json::array({config.architecture});
  json["model_type"] = config.model_type;
  json[json.contains("dtype") ? "dtype" : "torch_dtype"] = config.dtype;
  if (json.contains("text_config")) return json;  // the decoder's sizes lie inside, and were read from there
  const Settings settings(*config.family, json, "");
  const auto set = [&](const char* key, Json value) { json[settings.spelling(key)] = std::move(value); };
  set("vocab_size", config.vocab_size);
  set("hidden_size", config.hidden_size);
  set("intermediate_size", config.intermediate_size);
  set("num_hidden_layers", config.layers);
  set("num_attention_heads", config.heads);
  set("max_position_embeddings", config.max_position);
  set("rms_norm_eps", config.norm_epsilon);
  set("tie_word_embeddings", config.tied_embeddings);
  // Older families have no such keys; where they do, what is assumed without them differs.
  const bool shares = config.kv_heads != config.heads && !settings.flag("multi_query");
  const bool uneven = std::int64_t{config.head_size} * config.heads != config.hidden_size;
  if (shares || settings.knows("num_key_value_heads")) set("num_key_value_heads", config.kv_heads);
  if (uneven || settings.knows("head_dim")) set("head_dim", config.head_size);
  write_rope(config, json);
  for (const char* key : {"hidden_act", "attention_bias", "mlp_bias", "sliding_window"}) {
    if (settings.knows(key)) set_default(json, settings.spelling(key).c_str(), settings.value(key));
  }
  if (config.labels > 0) name_label(json);
  set_default(json, "attention_dropout", 0.0);
  set_default(json, "initializer_range", 0.02);
  set_default(json, "use_cache", true);
  set_default(json, "bos_token_id", ids_json(config.bos_ids));
  set_default(json, "eos_token_id", ids_json(config.eos_ids));
  return json;
}

}  // namespace llmops::model
