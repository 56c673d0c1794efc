// Reading config.json, through the table of families.
#include "model/model_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/files.h"
#include "core/spelling.h"
#include "model/activation_names.h"
#include "model/families.h"
#include "model/layer_options.h"
#include "model/reward_config.h"
#include "model/rope_config.h"
#include "model/settings.h"

namespace llmops::model {
namespace {

/// A token id, a list of them, or null.
std::vector<int> read_ids(const Json& config, const char* key, const std::string& origin) {
  std::vector<int> ids;
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return ids;
  const Json list = found->is_array() ? *found : Json::array({*found});
  for (const Json& id : list) {
    if (!id.is_number_integer() || id.get<std::int64_t>() < 0 || id.get<std::int64_t>() > (1 << 30)) {
      throw InputError(fmt::format("{}: '{}' holds {}, expected a token id", origin, key, dump_json(id)));
    }
    ids.push_back(id.get<int>());
  }
  return ids;
}

/// Settings that would change the result and that we do not implement.
void refuse_unsupported(const Settings& settings, const Family& family) {
  const Json& config = settings.config();
  const Json required = Json::parse(family.required);
  for (const auto& [key, expected] : required.items()) {
    const auto found = config.find(key);
    if (found == config.end() || found->is_null() || *found == expected) continue;
    throw InputError(
        fmt::format("{}: '{}' is {}, supported is {}", settings.origin(), key, dump_json(*found), dump_json(expected)));
  }
  if (config.contains("quantization_config") && config["quantization_config"].is_object()) {
    const auto method =
        json_get_or<std::string>(config["quantization_config"], "quant_method", "unknown", settings.origin());
    throw InputError(fmt::format("{}: weights quantized by '{}' are not supported", settings.origin(), method),
                     "use the original checkpoint, or a GGUF file");
  }
}

void read_sizes(ModelConfig& config, const Settings& settings) {
  config.vocab_size = settings.count("vocab_size");
  config.hidden_size = settings.count("hidden_size");
  config.layers = settings.count("num_hidden_layers");
  config.max_position = settings.count("max_position_embeddings");
  config.heads = settings.count("num_attention_heads");
  config.kv_heads = settings.flag("multi_query") ? 1 : settings.count_or("num_key_value_heads", config.heads);
  config.head_size = settings.count_or("head_dim", config.heads > 0 ? config.hidden_size / config.heads : 0);
  // Families that may leave it out, which then have null as a default, mean four times the width.
  const int four = static_cast<int>(std::min<std::int64_t>(std::int64_t{4} * config.hidden_size, 1 << 30));
  config.intermediate_size = settings.knows("intermediate_size") ? settings.count_or("intermediate_size", four)
                                                                 : settings.count("intermediate_size");
}

void read_attention(ModelConfig& config, const Settings& settings) {
  const Family& family = *config.family;
  config.positions = settings.flag("alibi") ? PositionKind::kAlibi : family.positions;
  config.position_offset = static_cast<int>(settings.number("position_offset", 0));
  config.alibi_bfloat16 = settings.flag("alibi_bfloat16");
  config.qkv_layout = family.qkv_layout;
  config.qk_norm = family.qk_norm;
  config.qkv_bias = settings.any({"qkv_bias", "use_qkv_bias", "attention_bias", "use_bias", "bias", "enable_bias"});
  config.output_bias = settings.any({"attention_bias", "use_bias", "bias", "enable_bias"});
  config.qkv_limit = settings.number("clip_qkv", 0);
  config.attention_softcap = settings.number("attn_logit_softcapping", 0);
  const double scalar = settings.number("query_pre_attn_scalar", config.head_size);
  config.attention_scale = settings.number("attention_multiplier", 1 / std::sqrt(scalar));
}

void read_feed_forward(ModelConfig& config, const Settings& settings) {
  config.activation = find_activation(settings);
  config.gated = config.family->gated;
  config.mlp_bias = settings.any({"mlp_bias", "use_bias", "bias", "enable_bias"});
  config.experts = settings.value("num_experts_per_tok").is_null() ? 0 : settings.count("num_experts");
  if (config.experts == 0) return;
  config.experts_used = settings.count("num_experts_per_tok");
  config.expert_size = settings.count_or("moe_intermediate_size", config.intermediate_size);
  config.normalise_experts = settings.flag("norm_topk_prob");
}

void read_residual_path(ModelConfig& config, const Settings& settings) {
  config.norm = config.family->norm;
  config.norm_bias = config.norm == NormKind::kLayer && !settings.flag("plain_norm_bias");
  config.norm_epsilon = settings.number("rms_norm_eps", 1e-6);
  config.parallel = settings.any({"parallel", "use_parallel_residual"});
  config.shared_norm = settings.flag("shared_norm");
  config.tied_embeddings = settings.flag("tie_word_embeddings");
  config.head_bias = settings.flag("head_bias");
  config.rounded_embedding_scale = settings.flag("scaled_embedding");
  config.embedding_scale =
      config.rounded_embedding_scale ? std::sqrt(config.hidden_size) : settings.number("embedding_multiplier", 1);
  config.residual_scale = settings.number("residual_multiplier", 1);
  config.logit_scale = settings.number("logit_scale", 1 / settings.number("logits_scaling", 1));
  config.logit_softcap = settings.number("final_logit_softcapping", 0);
}

/// The decoder's part of a configuration that wraps it, as those of models that also see images do.
Json decoder_part(const Json& json) {
  if (!json.contains("text_config") || !json["text_config"].is_object()) return json;
  Json flat = json;
  for (const auto& [key, value] : json["text_config"].items()) {
    if (key != "architectures" && key != "model_type") flat[key] = value;
  }
  return flat;
}

bool names_classifier(const Json& json, const Family& family) {
  const auto list = json.find("architectures");
  return list != json.end() && list->is_array() && !list->empty() && list->front() == classifier_of(family);
}

}  // namespace

ModelConfig parse_model_config(const Json& json, const std::string& origin) {
  if (!json.is_object()) throw InputError(fmt::format("{}: expected a JSON object", origin));
  const Json flat = decoder_part(json);
  ModelConfig config;
  config.family = &find_family(flat, origin);
  config.architecture = config.family->architecture;
  config.model_type = config.family->model_type;
  const Settings settings(*config.family, flat, origin);
  refuse_unsupported(settings, *config.family);
  read_sizes(config, settings);
  read_attention(config, settings);
  read_residual_path(config, settings);
  read_feed_forward(config, settings);
  read_rope(config, settings);
  config.dtype = json_get_or<std::string>(flat, flat.contains("dtype") ? "dtype" : "torch_dtype", "float32", origin);
  config.bos_ids = read_ids(flat, "bos_token_id", origin);
  config.eos_ids = read_ids(flat, "eos_token_id", origin);
  config.raw = json;
  check_model_config(config, origin);
  read_layer_options(config, settings);
  if (names_classifier(flat, *config.family)) {
    label_count(flat, origin);
    config = as_reward_model(std::move(config));
  }
  return config;
}

ModelConfig read_model_config(const std::filesystem::path& model_dir) {
  const std::filesystem::path path = model_dir / "config.json";
  ModelConfig config = parse_model_config(read_json_file(path), path.string());
  const std::filesystem::path generation = model_dir / "generation_config.json";
  if (std::filesystem::exists(generation)) {
    // Generation stops where this file says; config.json's end token is only the fallback, as in transformers.
    auto ids = read_ids(read_json_file(generation), "eos_token_id", generation.string());
    if (!ids.empty()) config.eos_ids = std::move(ids);
  }
  return config;
}

}  // namespace llmops::model
