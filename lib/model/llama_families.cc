// Architectures that descend from Llama, a row each: RMS norms, gated feed-forward blocks, experts.
#include "model/families.h"
#include "model/family_names.h"

namespace llmops::model {
namespace {

constexpr KeyName kGemmaKeys[] = {{"hidden_act", "hidden_activation"}};
constexpr KeyName kMixtralKeys[] = {{"num_experts", "num_local_experts"}};
constexpr KeyName kExpertKeys[] = {{"num_experts", "num_experts"}, {"num_experts", "num_local_experts"}};

constexpr const char* kGemma3Defaults =
    R"({"hidden_act": "gelu_pytorch_tanh", "rms_norm_eps": 1e-6, "tie_word_embeddings": true, "vocab_size": 262208,
        "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "max_position_embeddings": 131072,
        "rope_theta": 1000000, "rope_local_base_freq": 10000, "attention_bias": false, "query_pre_attn_scalar": 256,
        "sliding_window": 4096, "sliding_window_pattern": 6, "layer_types": null, "final_logit_softcapping": null})";
constexpr const char* kGemmaRequired = R"({"use_bidirectional_attention": false})";

/// Alone, or as the language model of one that also sees images.
constexpr Family gemma3(const char* architecture, const char* model_type, const WeightNames* names,
                        const char* classifier) {
  return {.architecture = architecture,
          .model_type = model_type,
          .names = names,
          .classifier = classifier,
          .defaults = kGemma3Defaults,
          .fixed = R"({"scaled_embedding": true})",
          .required = kGemmaRequired,
          .keys = kGemmaKeys,
          .norm = NormKind::kRmsPlusOne,
          .qk_norm = QkNorm::kHead};
}

constexpr Family kRows[] = {
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
    gemma3("Gemma3ForCausalLM", "gemma3_text", &kGemmaNames, "Gemma3TextForSequenceClassification"),
    gemma3("Gemma3ForConditionalGeneration", "gemma3", &kGemmaConditionalNames, ""),
    {.architecture = "GraniteForCausalLM",
     .model_type = "granite",
     .names = &kLlamaNames,
     .classifier = "",
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
     .classifier = "",
     .defaults =
         R"({"num_key_value_heads": null, "attention_bias": false, "rms_norm_eps": 1e-5, "clip_qkv": null, "num_experts": 64,
                     "num_experts_per_tok": 8, "norm_topk_prob": false})",
     .keys = kExpertKeys,
     .qk_norm = QkNorm::kWhole},
};

}  // namespace

std::span<const Family> llama_families() { return kRows; }

}  // namespace llmops::model
