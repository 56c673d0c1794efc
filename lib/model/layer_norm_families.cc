// Architectures with LayerNorm, a row each: GPT-2 and what came before and beside Llama.
#include "model/families.h"
#include "model/family_names.h"

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
constexpr KeyName kLayerNormKeys[] = {{"rms_norm_eps", "layer_norm_eps"}};
constexpr KeyName kStarcoderKeys[] = {{"rms_norm_eps", "norm_epsilon"}};
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

/// The three generations, which config.json tells apart by its settings alone.
constexpr Family falcon(const WeightNames* names, const char* fixed, const char* when) {
  return {.architecture = "FalconForCausalLM",
          .model_type = "falcon",
          .names = names,
          .defaults = kFalconDefaults,
          .fixed = fixed,
          .when = when,
          .keys = kFalconKeys,
          .norm = NormKind::kLayer,
          .qkv_layout = QkvLayout::kGrouped,
          .gated = false};
}

constexpr Family stablelm(const char* fixed, const char* when) {
  return {.architecture = "StableLmForCausalLM",
          .model_type = "stablelm",
          .names = &kLlamaNames,
          .defaults = R"({"num_key_value_heads": 32, "rms_norm_eps": 1e-5, "use_qkv_bias": false,
                          "use_parallel_residual": false, "partial_rotary_factor": 0.25})",
          .fixed = fixed,
          .required = R"({"qk_layernorm": false})",
          .when = when,
          .keys = kLayerNormKeys,
          .norm = NormKind::kLayer};
}

constexpr Family kRows[] = {
    {.architecture = "GPT2LMHeadModel",
     .model_type = "gpt2",
     .names = &kGpt2Names,
     .classifier = "GPT2ForSequenceClassification",
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
    falcon(&kFalconNames, R"({"alibi_bfloat16": true, "parallel": true, "shared_norm": true, "multi_query": false})",
           R"({"new_decoder_architecture": true, "num_ln_in_parallel_attn": 1})"),
    falcon(&kFalconNewNames, R"({"alibi_bfloat16": true, "parallel": true, "multi_query": false})",
           R"({"new_decoder_architecture": true})"),
    falcon(&kFalconNames, R"({"alibi_bfloat16": true, "parallel": true, "shared_norm": true})",
           R"({"parallel_attn": true})"),
    falcon(&kFalconNames, R"({"alibi_bfloat16": true})", "{}"),
    stablelm(R"({"parallel": true, "shared_norm": true})", R"({"use_parallel_residual": true})"),
    stablelm("{}", "{}"),
    {.architecture = "CohereForCausalLM",
     .model_type = "cohere",
     .names = &kLlamaNames,
     .classifier = "",
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

}  // namespace

std::span<const Family> layer_norm_families() { return kRows; }

}  // namespace llmops::model
