// The tables of weight names. Norms are listed by what they do: GPT-NeoX's post_attention_layernorm comes before the
// feed-forward layer, Gemma's after attention.
#include "model/family_names.h"

namespace llmops::model {
namespace {

/// Also the superset of what Llama's descendants add: a configuration without a part skips its name.
constexpr PartName kLlama[] = {
    {Part::kEmbedding, "embed_tokens"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQuery, "self_attn.q_proj"},
    {Part::kKey, "self_attn.k_proj"},
    {Part::kValue, "self_attn.v_proj"},
    {Part::kOutput, "self_attn.o_proj"},
    {Part::kQueryNorm, "self_attn.q_norm"},
    {Part::kKeyNorm, "self_attn.k_norm"},
    {Part::kMlpIn, "post_attention_layernorm"},
    {Part::kGate, "mlp.gate_proj"},
    {Part::kUp, "mlp.up_proj"},
    {Part::kDown, "mlp.down_proj"},
    {Part::kRouter, "mlp.gate"},
    {Part::kExpertGate, "mlp.experts.{}.gate_proj"},
    {Part::kExpertUp, "mlp.experts.{}.up_proj"},
    {Part::kExpertDown, "mlp.experts.{}.down_proj"},
    {Part::kFinalNorm, "norm"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kPhi3[] = {
    {Part::kEmbedding, "embed_tokens"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQkv, "self_attn.qkv_proj"},
    {Part::kOutput, "self_attn.o_proj"},
    {Part::kMlpIn, "post_attention_layernorm"},
    {Part::kGateUp, "mlp.gate_up_proj"},
    {Part::kDown, "mlp.down_proj"},
    {Part::kFinalNorm, "norm"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kGemma[] = {
    {Part::kEmbedding, "embed_tokens"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQuery, "self_attn.q_proj"},
    {Part::kKey, "self_attn.k_proj"},
    {Part::kValue, "self_attn.v_proj"},
    {Part::kOutput, "self_attn.o_proj"},
    {Part::kQueryNorm, "self_attn.q_norm"},
    {Part::kKeyNorm, "self_attn.k_norm"},
    {Part::kAttentionOut, "post_attention_layernorm"},
    {Part::kMlpIn, "pre_feedforward_layernorm"},
    {Part::kGate, "mlp.gate_proj"},
    {Part::kUp, "mlp.up_proj"},
    {Part::kDown, "mlp.down_proj"},
    {Part::kMlpOut, "post_feedforward_layernorm"},
    {Part::kFinalNorm, "norm"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kOlmo2[] = {
    {Part::kEmbedding, "embed_tokens"},   {Part::kQuery, "self_attn.q_proj"},
    {Part::kKey, "self_attn.k_proj"},     {Part::kValue, "self_attn.v_proj"},
    {Part::kOutput, "self_attn.o_proj"},  {Part::kQueryNorm, "self_attn.q_norm"},
    {Part::kKeyNorm, "self_attn.k_norm"}, {Part::kAttentionOut, "post_attention_layernorm"},
    {Part::kGate, "mlp.gate_proj"},       {Part::kUp, "mlp.up_proj"},
    {Part::kDown, "mlp.down_proj"},       {Part::kMlpOut, "post_feedforward_layernorm"},
    {Part::kFinalNorm, "norm"},           {Part::kHead, "lm_head"},
};

constexpr PartName kMixtral[] = {
    {Part::kEmbedding, "embed_tokens"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQuery, "self_attn.q_proj"},
    {Part::kKey, "self_attn.k_proj"},
    {Part::kValue, "self_attn.v_proj"},
    {Part::kOutput, "self_attn.o_proj"},
    {Part::kMlpIn, "post_attention_layernorm"},
    {Part::kRouter, "block_sparse_moe.gate"},
    {Part::kExpertGate, "block_sparse_moe.experts.{}.w1"},
    {Part::kExpertUp, "block_sparse_moe.experts.{}.w3"},
    {Part::kExpertDown, "block_sparse_moe.experts.{}.w2"},
    {Part::kFinalNorm, "norm"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kGpt2[] = {
    {Part::kEmbedding, "wte"},   {Part::kPositions, "wpe"},      {Part::kAttentionIn, "ln_1"},
    {Part::kQkv, "attn.c_attn"}, {Part::kOutput, "attn.c_proj"}, {Part::kMlpIn, "ln_2"},
    {Part::kUp, "mlp.c_fc"},     {Part::kDown, "mlp.c_proj"},    {Part::kFinalNorm, "ln_f"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kGptJ[] = {
    {Part::kEmbedding, "wte"},   {Part::kAttentionIn, "ln_1"},  {Part::kQuery, "attn.q_proj"},
    {Part::kKey, "attn.k_proj"}, {Part::kValue, "attn.v_proj"}, {Part::kOutput, "attn.out_proj"},
    {Part::kUp, "mlp.fc_in"},    {Part::kDown, "mlp.fc_out"},   {Part::kFinalNorm, "ln_f"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kNeox[] = {
    {Part::kEmbedding, "embed_in"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQkv, "attention.query_key_value"},
    {Part::kOutput, "attention.dense"},
    {Part::kMlpIn, "post_attention_layernorm"},
    {Part::kUp, "mlp.dense_h_to_4h"},
    {Part::kDown, "mlp.dense_4h_to_h"},
    {Part::kFinalNorm, "final_layer_norm"},
    {Part::kHead, "embed_out"},
};

constexpr PartName kFalcon[] = {
    {Part::kEmbedding, "word_embeddings"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQkv, "self_attention.query_key_value"},
    {Part::kOutput, "self_attention.dense"},
    {Part::kMlpIn, "post_attention_layernorm"},
    {Part::kUp, "mlp.dense_h_to_4h"},
    {Part::kDown, "mlp.dense_4h_to_h"},
    {Part::kFinalNorm, "ln_f"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kFalconNew[] = {
    {Part::kEmbedding, "word_embeddings"},
    {Part::kAttentionIn, "ln_attn"},
    {Part::kQkv, "self_attention.query_key_value"},
    {Part::kOutput, "self_attention.dense"},
    {Part::kMlpIn, "ln_mlp"},
    {Part::kUp, "mlp.dense_h_to_4h"},
    {Part::kDown, "mlp.dense_4h_to_h"},
    {Part::kFinalNorm, "ln_f"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kStarcoder2[] = {
    {Part::kEmbedding, "embed_tokens"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQuery, "self_attn.q_proj"},
    {Part::kKey, "self_attn.k_proj"},
    {Part::kValue, "self_attn.v_proj"},
    {Part::kOutput, "self_attn.o_proj"},
    {Part::kMlpIn, "post_attention_layernorm"},
    {Part::kUp, "mlp.c_fc"},
    {Part::kDown, "mlp.c_proj"},
    {Part::kFinalNorm, "norm"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kPhi[] = {
    {Part::kEmbedding, "embed_tokens"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQuery, "self_attn.q_proj"},
    {Part::kKey, "self_attn.k_proj"},
    {Part::kValue, "self_attn.v_proj"},
    {Part::kOutput, "self_attn.dense"},
    {Part::kUp, "mlp.fc1"},
    {Part::kDown, "mlp.fc2"},
    {Part::kFinalNorm, "final_layernorm"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kOpt[] = {
    {Part::kEmbedding, "embed_tokens"},
    {Part::kPositions, "embed_positions"},
    {Part::kAttentionIn, "self_attn_layer_norm"},
    {Part::kQuery, "self_attn.q_proj"},
    {Part::kKey, "self_attn.k_proj"},
    {Part::kValue, "self_attn.v_proj"},
    {Part::kOutput, "self_attn.out_proj"},
    {Part::kMlpIn, "final_layer_norm"},
    {Part::kUp, "fc1"},
    {Part::kDown, "fc2"},
    {Part::kFinalNorm, "final_layer_norm"},
    {Part::kHead, "lm_head"},
};

constexpr PartName kBloom[] = {
    {Part::kEmbedding, "word_embeddings"},
    {Part::kEmbeddingNorm, "word_embeddings_layernorm"},
    {Part::kAttentionIn, "input_layernorm"},
    {Part::kQkv, "self_attention.query_key_value"},
    {Part::kOutput, "self_attention.dense"},
    {Part::kMlpIn, "post_attention_layernorm"},
    {Part::kUp, "mlp.dense_h_to_4h"},
    {Part::kDown, "mlp.dense_4h_to_h"},
    {Part::kFinalNorm, "ln_f"},
    {Part::kHead, "lm_head"},
};

}  // namespace

const WeightNames kLlamaNames{"model.", "layers.", kLlama};
const WeightNames kPhi3Names{"model.", "layers.", kPhi3};
const WeightNames kGemmaNames{"model.", "layers.", kGemma};
const WeightNames kGemmaConditionalNames{"model.language_model.", "layers.", kGemma, false, "language_model.model."};
const WeightNames kOlmo2Names{"model.", "layers.", kOlmo2};
const WeightNames kMixtralNames{"model.", "layers.", kMixtral};
const WeightNames kGpt2Names{"transformer.", "h.", kGpt2, /*transposed=*/true};
const WeightNames kGptJNames{"transformer.", "h.", kGptJ};
const WeightNames kNeoxNames{"gpt_neox.", "layers.", kNeox};
const WeightNames kFalconNames{"transformer.", "h.", kFalcon};
const WeightNames kFalconNewNames{"transformer.", "h.", kFalconNew};
const WeightNames kStarcoder2Names{"model.", "layers.", kStarcoder2};
const WeightNames kPhiNames{"model.", "layers.", kPhi};
const WeightNames kOptNames{"model.decoder.", "layers.", kOpt, false, "decoder."};
const WeightNames kBloomNames{"transformer.", "h.", kBloom};

}  // namespace llmops::model
