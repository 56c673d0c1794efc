// The table of architectures. Defaults are those of transformers' configuration classes.
#include "model/families.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <vector>

#include "core/error.h"
#include "core/spelling.h"
#include "model/family_names.h"
#include "model/settings.h"

namespace llmops::model {
namespace {

constexpr KeyName kGpt2Keys[] = {{"hidden_size", "n_embd"},
                                 {"num_hidden_layers", "n_layer"},
                                 {"num_attention_heads", "n_head"},
                                 {"intermediate_size", "n_inner"},
                                 {"max_position_embeddings", "n_positions"},
                                 {"hidden_act", "activation_function"},
                                 {"rms_norm_eps", "layer_norm_epsilon"}};
constexpr KeyName kNeoxKeys[] = {{"rms_norm_eps", "layer_norm_eps"},
                                 {"partial_rotary_factor", "rotary_pct"},
                                 {"partial_rotary_factor", "partial_rotary_factor"},
                                 {"rope_theta", "rotary_emb_base"},
                                 {"rope_theta", "rope_theta"}};
constexpr KeyName kFalconKeys[] = {{"num_hidden_layers", "num_hidden_layers"},
                                   {"num_hidden_layers", "n_layer"},
                                   {"num_attention_heads", "num_attention_heads"},
                                   {"num_attention_heads", "n_head"},
                                   {"num_key_value_heads", "num_kv_heads"},
                                   {"num_key_value_heads", "n_head_kv"},
                                   {"hidden_size", "hidden_size"},
                                   {"hidden_size", "n_embed"},
                                   {"intermediate_size", "ffn_hidden_size"},
                                   {"hidden_act", "activation"},
                                   {"rms_norm_eps", "layer_norm_epsilon"}};
constexpr KeyName kGemmaKeys[] = {{"hidden_act", "hidden_activation"}};
constexpr KeyName kLayerNormKeys[] = {{"rms_norm_eps", "layer_norm_eps"}};
constexpr KeyName kStarcoderKeys[] = {{"rms_norm_eps", "norm_epsilon"}};
constexpr KeyName kMixtralKeys[] = {{"num_experts", "num_local_experts"}};
constexpr KeyName kExpertKeys[] = {{"num_experts", "num_experts"}, {"num_experts", "num_local_experts"}};
constexpr KeyName kOptKeys[] = {{"intermediate_size", "ffn_dim"}, {"hidden_act", "activation_function"}};
constexpr KeyName kBloomKeys[] = {{"num_hidden_layers", "n_layer"},
                                  {"num_attention_heads", "n_head"},
                                  {"num_attention_heads", "num_attention_heads"},
                                  {"hidden_size", "hidden_size"},
                                  {"hidden_size", "n_embed"},
                                  {"max_position_embeddings", "seq_length"},
                                  {"rms_norm_eps", "layer_norm_epsilon"}};

constexpr const char* kFalconDefaults =
    R"({"hidden_act": "gelu", "rms_norm_eps": 1e-5, "tie_word_embeddings": true, "intermediate_size": null,
        "max_position_embeddings": 2048, "bias": false, "alibi": false, "multi_query": true, "parallel_attn": true,
        "new_decoder_architecture": false, "num_ln_in_parallel_attn": null})";
constexpr const char* kGemma3Defaults =
    R"({"hidden_act": "gelu_pytorch_tanh", "rms_norm_eps": 1e-6, "tie_word_embeddings": true, "vocab_size": 262208,
        "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "max_position_embeddings": 131072,
        "rope_theta": 1000000, "rope_local_base_freq": 10000, "attention_bias": false, "query_pre_attn_scalar": 256,
        "sliding_window": 4096, "sliding_window_pattern": 6, "layer_types": null, "final_logit_softcapping": null})";
constexpr const char* kGemmaRequired = R"({"use_bidirectional_attention": false})";

constexpr Family kFamilies[] = {
    {.architecture = "LlamaForCausalLM",
     .model_type = "llama",
     .names = &kLlamaNames,
     .defaults = R"({"head_dim": null, "num_key_value_heads": null, "attention_bias": false, "mlp_bias": false})"},
    {.architecture = "MistralForCausalLM",
     .model_type = "mistral",
     .names = &kLlamaNames,
     .defaults = R"({"head_dim": null, "num_key_value_heads": 8, "sliding_window": 4096})"},
    {.architecture = "Qwen2ForCausalLM",
     .model_type = "qwen2",
     .names = &kLlamaNames,
     .defaults =
         R"({"num_key_value_heads": 32, "use_sliding_window": false, "sliding_window": 4096, "max_window_layers": 28, "layer_types": null})",
     .fixed = R"({"qkv_bias": true})"},
    {.architecture = "Qwen3ForCausalLM",
     .model_type = "qwen3",
     .names = &kLlamaNames,
     .defaults =
         R"({"num_key_value_heads": 32, "use_sliding_window": false, "sliding_window": 4096, "max_window_layers": 28, "layer_types": null,
                     "attention_bias": false, "head_dim": 128})",
     .qk_norm = QkNorm::kHead},
    {.architecture = "SmolLM3ForCausalLM",
     .model_type = "smollm3",
     .names = &kLlamaNames,
     .defaults = R"({"use_sliding_window": false, "sliding_window": null, "layer_types": null, "rope_theta": 2000000,
                     "no_rope_layers": null, "no_rope_layer_interval": 4, "attention_bias": false, "mlp_bias": false,
                     "num_key_value_heads": 4, "tie_word_embeddings": true})"},
    {.architecture = "Phi3ForCausalLM",
     .model_type = "phi3",
     .names = &kPhi3Names,
     .defaults =
         R"({"num_key_value_heads": null, "sliding_window": null, "rms_norm_eps": 1e-5, "partial_rotary_factor": 1.0,
                     "original_max_position_embeddings": 4096})",
     .qkv_layout = QkvLayout::kConcatenated},
    {.architecture = "GemmaForCausalLM",
     .model_type = "gemma",
     .names = &kLlamaNames,
     .defaults =
         R"({"num_key_value_heads": 16, "attention_bias": false, "head_dim": 256, "tie_word_embeddings": true})",
     .fixed = R"({"hidden_act": "gelu_pytorch_tanh", "scaled_embedding": true})",
     .required = kGemmaRequired,
     .norm = NormKind::kRmsPlusOne},
    {.architecture = "Gemma2ForCausalLM",
     .model_type = "gemma2",
     .names = &kGemmaNames,
     .defaults = R"({"hidden_act": "gelu_pytorch_tanh", "num_key_value_heads": 4, "head_dim": 256,
                     "tie_word_embeddings": true, "attention_bias": false, "query_pre_attn_scalar": 256,
                     "sliding_window": 4096, "layer_types": null, "final_logit_softcapping": 30.0,
                     "attn_logit_softcapping": 50.0})",
     .fixed = R"({"scaled_embedding": true, "sliding_window_pattern": 2})",
     .required = kGemmaRequired,
     .keys = kGemmaKeys,
     .norm = NormKind::kRmsPlusOne},
    {.architecture = "Gemma3ForCausalLM",
     .model_type = "gemma3_text",
     .names = &kGemmaNames,
     .defaults = kGemma3Defaults,
     .fixed = R"({"scaled_embedding": true})",
     .required = kGemmaRequired,
     .keys = kGemmaKeys,
     .norm = NormKind::kRmsPlusOne,
     .qk_norm = QkNorm::kHead},
    {.architecture = "Gemma3ForConditionalGeneration",
     .model_type = "gemma3",
     .names = &kGemmaConditionalNames,
     .defaults = kGemma3Defaults,
     .fixed = R"({"scaled_embedding": true})",
     .required = kGemmaRequired,
     .keys = kGemmaKeys,
     .norm = NormKind::kRmsPlusOne,
     .qk_norm = QkNorm::kHead},
    {.architecture = "GraniteForCausalLM",
     .model_type = "granite",
     .names = &kLlamaNames,
     .defaults = R"({"num_key_value_heads": null, "attention_bias": false, "mlp_bias": false,
                     "embedding_multiplier": 1.0, "logits_scaling": 1.0, "residual_multiplier": 1.0,
                     "attention_multiplier": 1.0})"},
    {.architecture = "OlmoForCausalLM",
     .model_type = "olmo",
     .names = &kLlamaNames,
     .defaults = R"({"num_key_value_heads": null, "attention_bias": false, "clip_qkv": null})",
     .fixed = R"({"rms_norm_eps": 1e-5})",
     .norm = NormKind::kLayerPlain},
    {.architecture = "Olmo2ForCausalLM",
     .model_type = "olmo2",
     .names = &kOlmo2Names,
     .defaults = R"({"num_key_value_heads": null, "attention_bias": false, "rms_norm_eps": 1e-5})",
     .qk_norm = QkNorm::kWhole},
    {.architecture = "Olmo3ForCausalLM",
     .model_type = "olmo3",
     .names = &kOlmo2Names,
     .defaults = R"({"num_key_value_heads": null, "attention_bias": false, "rms_norm_eps": 1e-5,
                     "rope_theta": 500000, "rope_local_base_freq": 500000, "sliding_window": 4096, "layer_types": null})",
     .fixed = R"({"sliding_window_pattern": 4})",
     .qk_norm = QkNorm::kWhole},
    {.architecture = "MixtralForCausalLM",
     .model_type = "mixtral",
     .names = &kMixtralNames,
     .defaults =
         R"({"sliding_window": null, "rope_theta": 1000000, "rms_norm_eps": 1e-5, "num_key_value_heads": 8, "num_experts": 8,
                     "num_experts_per_tok": 2})",
     .fixed = R"({"norm_topk_prob": true})",
     .keys = kMixtralKeys},
    {.architecture = "Qwen3MoeForCausalLM",
     .model_type = "qwen3_moe",
     .names = &kLlamaNames,
     .defaults = R"({"num_key_value_heads": 4, "use_sliding_window": false, "sliding_window": 4096,
                     "attention_bias": false, "num_experts": 128, "num_experts_per_tok": 8,
                     "moe_intermediate_size": 768, "decoder_sparse_step": 1, "mlp_only_layers": null,
                     "norm_topk_prob": false})",
     .keys = kExpertKeys,
     .qk_norm = QkNorm::kHead},
    {.architecture = "OlmoeForCausalLM",
     .model_type = "olmoe",
     .names = &kLlamaNames,
     .defaults =
         R"({"num_key_value_heads": null, "attention_bias": false, "rms_norm_eps": 1e-5, "clip_qkv": null, "num_experts": 64,
                     "num_experts_per_tok": 8, "norm_topk_prob": false})",
     .keys = kExpertKeys,
     .qk_norm = QkNorm::kWhole},
    {.architecture = "GPT2LMHeadModel",
     .model_type = "gpt2",
     .names = &kGpt2Names,
     .defaults = R"({"intermediate_size": null, "hidden_act": "gelu_new", "rms_norm_eps": 1e-5,
                     "max_position_embeddings": 1024, "tie_word_embeddings": true})",
     .fixed = R"({"bias": true})",
     .required = R"({"scale_attn_weights": true, "scale_attn_by_inverse_layer_idx": false,
                     "add_cross_attention": false})",
     .keys = kGpt2Keys,
     .norm = NormKind::kLayer,
     .positions = PositionKind::kLearned,
     .qkv_layout = QkvLayout::kConcatenated,
     .gated = false},
    {.architecture = "GPTJForCausalLM",
     .model_type = "gptj",
     .names = &kGptJNames,
     .defaults = R"({"intermediate_size": null, "hidden_act": "gelu_new", "rms_norm_eps": 1e-5, "rotary_dim": 64,
                     "max_position_embeddings": 2048})",
     .fixed = R"({"mlp_bias": true, "head_bias": true, "parallel": true, "shared_norm": true})",
     .keys = kGpt2Keys,
     .norm = NormKind::kLayer,
     .positions = PositionKind::kRotaryPairs,
     .gated = false},
    {.architecture = "GPTNeoXForCausalLM",
     .model_type = "gpt_neox",
     .names = &kNeoxNames,
     .defaults = R"({"hidden_act": "gelu", "rms_norm_eps": 1e-5, "attention_bias": true, "partial_rotary_factor": 0.25,
                     "use_parallel_residual": true, "max_position_embeddings": 2048})",
     .fixed = R"({"mlp_bias": true})",
     .keys = kNeoxKeys,
     .norm = NormKind::kLayer,
     .qkv_layout = QkvLayout::kGrouped,
     .gated = false},
    {.architecture = "FalconForCausalLM",
     .model_type = "falcon",
     .names = &kFalconNames,
     .defaults = kFalconDefaults,
     .fixed = R"({"alibi_bfloat16": true, "parallel": true, "shared_norm": true, "multi_query": false})",
     .when = R"({"new_decoder_architecture": true, "num_ln_in_parallel_attn": 1})",
     .keys = kFalconKeys,
     .norm = NormKind::kLayer,
     .qkv_layout = QkvLayout::kGrouped,
     .gated = false},
    {.architecture = "FalconForCausalLM",
     .model_type = "falcon",
     .names = &kFalconNewNames,
     .defaults = kFalconDefaults,
     .fixed = R"({"alibi_bfloat16": true, "parallel": true, "multi_query": false})",
     .when = R"({"new_decoder_architecture": true})",
     .keys = kFalconKeys,
     .norm = NormKind::kLayer,
     .qkv_layout = QkvLayout::kGrouped,
     .gated = false},
    {.architecture = "FalconForCausalLM",
     .model_type = "falcon",
     .names = &kFalconNames,
     .defaults = kFalconDefaults,
     .fixed = R"({"alibi_bfloat16": true, "parallel": true, "shared_norm": true})",
     .when = R"({"parallel_attn": true})",
     .keys = kFalconKeys,
     .norm = NormKind::kLayer,
     .qkv_layout = QkvLayout::kGrouped,
     .gated = false},
    {.architecture = "FalconForCausalLM",
     .model_type = "falcon",
     .names = &kFalconNames,
     .defaults = kFalconDefaults,
     .fixed = R"({"alibi_bfloat16": true})",
     .keys = kFalconKeys,
     .norm = NormKind::kLayer,
     .qkv_layout = QkvLayout::kGrouped,
     .gated = false},
    {.architecture = "StableLmForCausalLM",
     .model_type = "stablelm",
     .names = &kLlamaNames,
     .defaults =
         R"({"num_key_value_heads": 32, "rms_norm_eps": 1e-5, "use_qkv_bias": false, "use_parallel_residual": false,
                     "partial_rotary_factor": 0.25})",
     .fixed = R"({"parallel": true, "shared_norm": true})",
     .required = R"({"qk_layernorm": false})",
     .when = R"({"use_parallel_residual": true})",
     .keys = kLayerNormKeys,
     .norm = NormKind::kLayer},
    {.architecture = "StableLmForCausalLM",
     .model_type = "stablelm",
     .names = &kLlamaNames,
     .defaults =
         R"({"num_key_value_heads": 32, "rms_norm_eps": 1e-5, "use_qkv_bias": false, "partial_rotary_factor": 0.25})",
     .required = R"({"qk_layernorm": false})",
     .keys = kLayerNormKeys,
     .norm = NormKind::kLayer},
    {.architecture = "CohereForCausalLM",
     .model_type = "cohere",
     .names = &kLlamaNames,
     .defaults =
         R"({"num_key_value_heads": null, "rms_norm_eps": 1e-5, "rope_theta": 500000, "attention_bias": false, "logit_scale": 0.0625,
                     "tie_word_embeddings": true})",
     .fixed = R"({"parallel": true, "shared_norm": true, "plain_norm_bias": true})",
     .required = R"({"use_qk_norm": false})",
     .keys = kLayerNormKeys,
     .norm = NormKind::kLayer,
     .positions = PositionKind::kRotaryPairs},
    {.architecture = "Starcoder2ForCausalLM",
     .model_type = "starcoder2",
     .names = &kStarcoder2Names,
     .defaults = R"({"hidden_act": "gelu_pytorch_tanh", "rms_norm_eps": 1e-5, "use_bias": true, "sliding_window": null,
                     "num_key_value_heads": 2, "tie_word_embeddings": true})",
     .keys = kStarcoderKeys,
     .norm = NormKind::kLayer,
     .gated = false},
    {.architecture = "PhiForCausalLM",
     .model_type = "phi",
     .names = &kPhiNames,
     .defaults =
         R"({"num_key_value_heads": null, "hidden_act": "gelu_new", "rms_norm_eps": 1e-5, "partial_rotary_factor": 0.5,
                     "max_position_embeddings": 2048})",
     .fixed = R"({"bias": true, "head_bias": true, "parallel": true, "shared_norm": true})",
     .required = R"({"qk_layernorm": false})",
     .keys = kLayerNormKeys,
     .norm = NormKind::kLayer,
     .gated = false},
    {.architecture = "OPTForCausalLM",
     .model_type = "opt",
     .names = &kOptNames,
     .defaults = R"({"hidden_act": "relu", "max_position_embeddings": 2048, "enable_bias": true,
                     "tie_word_embeddings": true})",
     .fixed = R"({"rms_norm_eps": 1e-5, "position_offset": 2})",
     .required = R"({"do_layer_norm_before": true, "_remove_final_layer_norm": false,
                     "layer_norm_elementwise_affine": true})",
     .keys = kOptKeys,
     .norm = NormKind::kLayer,
     .positions = PositionKind::kLearned,
     .gated = false},
    {.architecture = "BloomForCausalLM",
     .model_type = "bloom",
     .names = &kBloomNames,
     .defaults = R"({"intermediate_size": null, "rms_norm_eps": 1e-5, "max_position_embeddings": 2048,
                     "tie_word_embeddings": true})",
     .fixed = R"({"bias": true, "hidden_act": "gelu_pytorch_tanh"})",
     .required = R"({"apply_residual_connection_post_layernorm": false})",
     .keys = kBloomKeys,
     .norm = NormKind::kLayer,
     .positions = PositionKind::kAlibi,
     .qkv_layout = QkvLayout::kGrouped,
     .gated = false},
};

bool holds(const Family& family, const Json& config, const std::string& origin) {
  const Json wanted = Json::parse(family.when);
  const Settings settings(family, config, origin);
  return std::all_of(wanted.items().begin(), wanted.items().end(),
                     [&](const auto& item) { return settings.value(item.key().c_str()) == item.value(); });
}

}  // namespace

std::span<const Family> families() { return kFamilies; }

const Family& find_family(const Json& config, const std::string& origin) {
  const Json* list = config.contains("architectures") ? &config["architectures"] : nullptr;
  const bool named = list != nullptr && list->is_array() && !list->empty() && list->front().is_string();
  const std::string wanted =
      named ? list->front().get<std::string>() : json_get<std::string>(config, "model_type", origin);
  std::vector<std::string> known;
  for (const Family& family : kFamilies) {
    const std::string name = named ? family.architecture : family.model_type;
    if (wanted == name && holds(family, config, origin)) return family;
    if (known.empty() || known.back() != name) known.push_back(name);
  }
  std::string hint = did_you_mean(wanted, known);
  if (!hint.empty()) hint += " ";
  throw InputError(fmt::format("{}: architecture '{}' is not supported", origin, wanted),
                   fmt::format("{}supported are {}", hint, fmt::join(known, ", ")));
}

}  // namespace llmops::model
