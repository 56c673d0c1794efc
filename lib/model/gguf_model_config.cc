// A GGUF file's metadata as a model configuration.
#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "model/gguf_checkpoint.h"
#include "model/gguf_families.h"
#include "model/gguf_special_tokens.h"
#include "model/settings.h"

namespace llmops::model {
namespace {

/// Keys of an architecture, without its prefix, and the settings of config.json that they hold.
struct KeyPair {
  const char* gguf;
  const char* usual;
};

constexpr KeyPair kCounts[] = {
    {"context_length", "max_position_embeddings"},
    {"embedding_length", "hidden_size"},
    {"block_count", "num_hidden_layers"},
    {"feed_forward_length", "intermediate_size"},
    {"expert_feed_forward_length", "moe_intermediate_size"},
    {"attention.head_count", "num_attention_heads"},
    {"attention.head_count_kv", "num_key_value_heads"},
    {"attention.key_length", "head_dim"},
    {"attention.sliding_window", "sliding_window"},
    {"expert_count", "num_experts"},
    {"expert_used_count", "num_experts_per_tok"},
};

constexpr KeyPair kNumbers[] = {
    {"attention.layer_norm_rms_epsilon", "rms_norm_eps"},
    {"attention.layer_norm_epsilon", "rms_norm_eps"},
    {"rope.freq_base", "rope_theta"},
    {"rope.freq_base_swa", "rope_local_base_freq"},
    {"attn_logit_softcapping", "attn_logit_softcapping"},
    {"final_logit_softcapping", "final_logit_softcapping"},
    {"attention.clamp_kqv", "clip_qkv"},
    {"attention.scale", "attention_multiplier"},
    {"embedding_scale", "embedding_multiplier"},
    {"residual_scale", "residual_multiplier"},
    {"logit_scale", "logits_scaling"},
    {"logit_scale", "logit_scale"},
};

/// Metadata keeps float32; the shortest decimal that means the same float is what the model's config.json said.
double shortest(double value) { return std::stod(fmt::format("{}", static_cast<float>(value))); }

/// What rotary scaling depends on.
struct RotarySizes {
  int rotary = 0;  ///< elements of a head that are turned
  double theta = 10000;
};

/// The factors that llama.cpp stores for Llama 3's scaling, from its parameters. (R / 2)
std::vector<double> llama3_factors(const RotarySizes& sizes, double factor, double original) {
  constexpr double kLow = 1, kHigh = 4;
  std::vector<double> factors;
  for (int i = 0; i < sizes.rotary / 2; ++i) {
    const double wavelength = 2 * std::numbers::pi * std::pow(sizes.theta, 2.0 * i / sizes.rotary);
    if (wavelength < original / kHigh) {
      factors.push_back(1);
    } else if (wavelength > original / kLow) {
      factors.push_back(factor);
    } else {
      const double smooth = (original / wavelength - kLow) / (kHigh - kLow);
      factors.push_back(1 / ((1 - smooth) / factor + smooth));
    }
  }
  return factors;
}

/// GGUF keeps only the resulting factors, in a tensor. Llama 3's published parameters are tried against them.
Json recover_llama3(const Gguf& gguf, const RotarySizes& sizes, const TensorView& view) {
  const std::vector<float> stored = to_float32(view);
  constexpr double kOriginal = 8192;
  // The longest wave is scaled by the whole factor.
  const double factor = shortest(stored.empty() ? 1 : stored.back());
  const std::vector<double> expected = llama3_factors(sizes, factor, kOriginal);
  bool same = expected.size() == stored.size();
  for (std::size_t i = 0; same && i < stored.size(); ++i)
    same = std::fabs(expected[i] - stored[i]) <= 1e-3 * expected[i];
  if (!same) {
    throw InputError(
        fmt::format("{}: the rotary factors in '{}' are not those of Llama 3's scaling, and others are not supported",
                    gguf.path().string(), view.name));
  }
  return {{"rope_type", "llama3"},
          {"factor", factor},
          {"low_freq_factor", 1.0},
          {"high_freq_factor", 4.0},
          {"original_max_position_embeddings", 8192}};
}

/// Null where positions are not scaled.
Json read_scaling(const Gguf& gguf, const std::string& prefix, const RotarySizes& sizes) {
  if (const TensorView* view = gguf.find_tensor("rope_freqs.weight")) return recover_llama3(gguf, sizes, *view);
  const TensorView* longer = gguf.find_tensor("rope_factors_long.weight");
  const TensorView* shorter = gguf.find_tensor("rope_factors_short.weight");
  const bool factors = longer != nullptr && shorter != nullptr;
  const std::string type_key = prefix + "rope.scaling.type";
  const std::string type = factors ? "longrope" : gguf.has(type_key) ? gguf.string(type_key) : "none";
  if (type == "none") return nullptr;
  if (type != "linear" && type != "yarn" && !factors) {
    throw InputError(fmt::format("{}: rope scaling '{}' is not supported in GGUF files", gguf.path().string(), type));
  }
  Json scaling = {{"rope_type", type}};
  const auto copy = [&](const char* from, const char* to) {
    if (gguf.has(prefix + from)) scaling[to] = shortest(gguf.number(prefix + from));
  };
  copy("rope.scaling.factor", "factor");
  copy("rope.scaling.original_context_length", "original_max_position_embeddings");
  copy("rope.scaling.yarn_beta_fast", "beta_fast");
  copy("rope.scaling.yarn_beta_slow", "beta_slow");
  if (factors) {
    for (const auto& [name, view] : {std::pair{"long_factor", longer}, {"short_factor", shorter}}) {
      Json list = Json::array();
      for (const float factor : to_float32(*view)) list.push_back(shortest(factor));
      scaling[name] = std::move(list);
    }
  }
  return scaling;
}

/// Booleans, and the numbers that some writers have in their place.
bool is_true(const GgufValue& value) {
  return std::visit(
      [](const auto& held) {
        if constexpr (std::is_arithmetic_v<std::decay_t<decltype(held)>>) return held != 0;
        return false;
      },
      value);
}

/// Builds the config.json that the file would have been converted from.
class ConfigBuilder {
 public:
  ConfigBuilder(const Gguf& gguf, const GgufFamily& family)
      : gguf_(gguf), prefix_(std::string(family.gguf) + "."), json_(Json::parse(family.fixed)) {
    json_["architectures"] = Json::array({family.architecture});
    read_tensor_facts();  // these tell apart the rows of a family
    family_ = &find_family(json_, gguf.path().string());
    json_["model_type"] = family_->model_type;
    json_["torch_dtype"] = "bfloat16";
  }

  Json build() {
    for (const KeyPair& pair : kCounts) {
      if (gguf_.has(prefix_ + pair.gguf)) set(pair.usual, gguf_.integer(prefix_ + pair.gguf));
    }
    for (const KeyPair& pair : kNumbers) {
      if (gguf_.has(prefix_ + pair.gguf)) set(pair.usual, shortest(gguf_.number(prefix_ + pair.gguf)));
    }
    read_positions();
    read_windows();
    read_special_tokens();
    return json_;
  }

 private:
  /// Only what the family has; others (Llama's sliding window, say) mean nothing to it.
  void set(const char* usual, Json value) {
    const Settings settings(*family_, json_, "");
    const bool size = std::string_view(usual).ends_with("size") || std::string_view(usual).starts_with("num_") ||
                      std::string_view(usual) == "max_position_embeddings" || std::string_view(usual) == "head_dim";
    if (size || settings.knows(usual)) json_[settings.spelling(usual)] = std::move(value);
  }

  bool has_tensor(const char* name) const { return gguf_.find_tensor(name) != nullptr; }

  void read_tensor_facts() {
    const TensorView* embedding = gguf_.find_tensor("token_embd.weight");
    if (embedding == nullptr || embedding->shape.size() != 2) {
      throw InputError(fmt::format("{}: tensor 'token_embd.weight' is missing", gguf_.path().string()),
                       "a vocabulary without weights?");
    }
    json_["vocab_size"] = embedding->shape[0];
    json_["tie_word_embeddings"] = !has_tensor("output.weight");
    const bool attention = has_tensor("blk.0.attn_q.bias") || has_tensor("blk.0.attn_qkv.bias");
    json_["attention_bias"] = attention && has_tensor("blk.0.attn_output.bias");
    json_["use_qkv_bias"] = attention;
    json_["use_bias"] = attention;
    json_["bias"] = attention;
    json_["mlp_bias"] = has_tensor("blk.0.ffn_up.bias");
    json_["new_decoder_architecture"] = has_tensor("blk.0.attn_norm_2.weight");
    if (const GgufValue* parallel = gguf_.find(prefix_ + "use_parallel_residual")) {
      json_["use_parallel_residual"] = is_true(*parallel);
    }
    json_["parallel_attn"] = !has_tensor("blk.0.ffn_norm.weight");
    json_["multi_query"] =
        gguf_.has(prefix_ + "attention.head_count_kv") && gguf_.integer(prefix_ + "attention.head_count_kv") == 1;
  }

  /// Takes back what read_tensor_facts() set for other families.
  void drop_foreign() {
    for (const char* key : {"attention_bias", "use_qkv_bias", "use_bias", "bias", "mlp_bias",
                            "new_decoder_architecture", "parallel_attn", "multi_query", "use_parallel_residual"}) {
      if (!Settings(*family_, json_, "").knows(key)) json_.erase(key);
    }
  }

  int size(const char* name, int fallback) const {
    const std::string key = prefix_ + name;
    if (!gguf_.has(key)) return fallback;
    const std::int64_t value = gguf_.integer(key);
    if (value < 0 || value > (1 << 30)) {
      throw InputError(fmt::format("{}: '{}' is {}, out of range", gguf_.path().string(), key, value));
    }
    return static_cast<int>(value);
  }

  void read_positions() {
    drop_foreign();
    const int heads = size("attention.head_count", 0), width = size("embedding_length", 0);
    const int even = heads > 0 ? width / heads : 0;
    const Settings settings(*family_, json_, "");
    const bool partial = settings.knows("partial_rotary_factor") || settings.knows("rotary_dim");
    const int head = size("attention.key_length", partial ? even : size("rope.dimension_count", even));
    const int turned = size("rope.dimension_count", head);
    if (head != even) json_["head_dim"] = head;
    if (settings.knows("rotary_dim")) {
      json_["rotary_dim"] = turned;
    } else if (head > 0 && settings.knows("partial_rotary_factor")) {
      json_[settings.spelling("partial_rotary_factor")] = static_cast<double>(turned) / head;
    } else if (turned != head && family_->positions == PositionKind::kRotary) {
      throw InputError(fmt::format("{}: rotary positions on part of a head are not supported for '{}'",
                                   gguf_.path().string(), family_->model_type));
    }
    if (const Json scaling = read_scaling(gguf_, prefix_, {turned, settings.number("rope_theta", 10000)});
        !scaling.is_null()) {
      json_["rope_scaling"] = scaling;
      if (scaling.contains("original_max_position_embeddings") && settings.knows("original_max_position_embeddings")) {
        json_["original_max_position_embeddings"] = scaling["original_max_position_embeddings"];
      }
    }
    if (settings.knows("query_pre_attn_scalar")) json_["query_pre_attn_scalar"] = gemma_scale(head, even);
  }

  /// GGUF does not keep it; llama.cpp tells the two largest models, which scale by the width, by their depth.
  int gemma_scale(int head, int even) const {
    const int layers = size("block_count", 0);
    const bool by_width = (prefix_ == "gemma2." && layers == 46) || (prefix_ == "gemma3." && layers == 62);
    return by_width ? even : head;
  }

  void read_windows() {
    if (json_.contains("sliding_window") && json_["sliding_window"] == 0) json_["sliding_window"] = nullptr;
    const GgufValue* pattern = gguf_.find(prefix_ + "attention.sliding_window_pattern");
    const auto* list = pattern == nullptr ? nullptr : std::get_if<std::shared_ptr<const GgufArray>>(pattern);
    if (list == nullptr || !Settings(*family_, json_, "").knows("layer_types")) return;
    Json kinds = Json::array();
    for (const GgufValue& value : (*list)->values) {
      kinds.push_back(is_true(value) ? "sliding_attention" : "full_attention");
    }
    json_["layer_types"] = std::move(kinds);
  }

  void read_special_tokens() {
    if (!gguf_.has("tokenizer.ggml.tokens")) return;
    const GgufSpecialTokens special = gguf_special_tokens(gguf_);
    if (special.bos) json_["bos_token_id"] = *special.bos;
    if (!special.stop_ids.empty()) {
      json_["eos_token_id"] = special.stop_ids.size() == 1 ? Json(special.stop_ids[0]) : Json(special.stop_ids);
    }
  }

  const Gguf& gguf_;
  const std::string prefix_;
  Json json_;
  const Family* family_ = nullptr;
};

}  // namespace

ModelConfig gguf_model_config(const Gguf& gguf) {
  return parse_model_config(ConfigBuilder(gguf, find_gguf_family(gguf)).build(), gguf.path().string());
}

}  // namespace llmops::model
