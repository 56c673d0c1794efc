// What differs between the decoders we run, as data: read from config.json and from GGUF metadata, written as
// config.json.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::model {

/// Rotary embedding scaling, as transformers names it.
struct RopeScaling {
  std::string type = "default";  ///< "default", "linear", "dynamic", "yarn", "llama3", "longrope"
  double factor = 1;
  int original_max_position = 0;                     ///< 0: max_position
  double low_freq_factor = 1, high_freq_factor = 4;  ///< llama3
  double beta_fast = 32, beta_slow = 1;              ///< yarn
  double attention_factor = 0;                       ///< yarn and longrope; 0: derived from `factor`
  double mscale = 0, mscale_all_dim = 0;             ///< yarn; 0: unset
  bool truncate = true;                              ///< yarn: round the correction range
  std::vector<double> short_factor, long_factor;     ///< longrope
};

enum class NormKind {
  kRms,
  kRmsPlusOne,  ///< RMSNorm that multiplies by 1 + weight
  kLayer,       ///< LayerNorm with weight, and bias where `norm_bias`
  kLayerPlain,  ///< LayerNorm without either
};
enum class Activation { kSilu, kGelu, kGeluTanh, kRelu, kReluSquared, kQuickGelu };
enum class PositionKind {
  kRotary,       ///< halves of a head turned against each other
  kRotaryPairs,  ///< neighbouring elements turned against each other
  kLearned,
  kAlibi,
};
enum class QkvLayout {
  kSeparate,
  kConcatenated,  ///< one projection to (q, k, v): GPT-2, Phi-3
  kGrouped,       ///< one projection to (K, H / K queries, key, value) heads: GPT-NeoX, Falcon
};
enum class QkNorm {
  kNone,
  kHead,   ///< of each head, with one weight (D) for all
  kWhole,  ///< across all heads, (H * D)
};

/// In what layers of one model differ.
struct LayerOptions {
  int window = 0;        ///< tokens that attention sees, its own included; 0: all
  bool rotary = true;    ///< SmolLM3 turns positions off in some layers
  bool experts = false;  ///< a mixture of experts in place of the feed-forward layer
};

struct Family;

/// A decoder. Sizes in elements; names follow docs/notation.md.
struct ModelConfig {
  const Family* family = nullptr;  ///< its row of the table in families.cc: names of weights and of keys
  std::string architecture;        ///< "LlamaForCausalLM", as in config.json's `architectures`
  std::string model_type;          ///< "llama"
  int labels = 0;                  ///< 0: a language model; 1: a reward model, whose head gives one number
  int vocab_size = 0;              ///< V
  int hidden_size = 0;             ///< C
  int intermediate_size = 0;       ///< F
  int layers = 0;                  ///< L
  int heads = 0;                   ///< H
  int kv_heads = 0;                ///< K
  int head_size = 0;               ///< D
  int max_position = 0;            ///< tokens
  std::string dtype;               ///< "bfloat16", "float32", "float16"
  std::vector<int> bos_ids, eos_ids;

  PositionKind positions = PositionKind::kRotary;
  int rotary_size = 0;          ///< leading elements of a head that are turned; D except for partial rotary positions
  int position_offset = 0;      ///< learned positions start at this row (OPT)
  bool alibi_bfloat16 = false;  ///< Falcon computes its position biases in bfloat16 and scales them as scores
  double rope_theta = 10000;
  double local_rope_theta = 0;  ///< of layers with a window, unscaled (Gemma 3); 0: as all layers
  RopeScaling rope_scaling;

  NormKind norm = NormKind::kRms;
  bool norm_bias = false;
  double norm_epsilon = 1e-5;
  bool parallel = false;     ///< attention and feed-forward both read the layer's input
  bool shared_norm = false;  ///< one norm for both (`parallel` only)

  QkvLayout qkv_layout = QkvLayout::kSeparate;
  QkNorm qk_norm = QkNorm::kNone;
  bool qkv_bias = false, output_bias = false;
  double qkv_limit = 0;                     ///< queries, keys and values are clamped to +- this (OLMo); 0 is off
  double attention_scale = 0;               ///< of scores; 1 / sqrt(D) except where the model says otherwise
  double attention_softcap = 0;             ///< scores become cap tanh(score / cap) (Gemma 2); 0 is off
  int sliding_window = 0;                   ///< tokens, in those of layer_options that have one; 0 is off
  std::vector<LayerOptions> layer_options;  ///< L

  Activation activation = Activation::kSilu;
  bool gated = true;  ///< down(act(gate(x)) * up(x)), else down(act(up(x)))
  bool mlp_bias = false;
  int experts = 0;                ///< E; 0 is none
  int experts_used = 0;           ///< by each token
  int expert_size = 0;            ///< F of one expert
  bool normalise_experts = true;  ///< the weights of the chosen experts add up to 1

  bool tied_embeddings = false;
  bool head_bias = false;
  double embedding_scale = 1;
  bool rounded_embedding_scale = false;  ///< the scale is rounded to the model's dtype first (Gemma)
  double residual_scale = 1;             ///< of what a layer adds (Granite)
  double logit_scale = 1;
  double logit_softcap = 0;  ///< 0 is off

  Json raw = Json::object();  ///< config.json as read, so that writing keeps what we do not interpret

  /// What the head gives: V logits, or one number for each label.
  int outputs() const { return labels > 0 ? labels : vocab_size; }
  /// Whether positions are rotary, of either kind.
  bool turns_heads() const { return positions == PositionKind::kRotary || positions == PositionKind::kRotaryPairs; }
  std::int64_t parameter_count() const;
};

/// @throws InputError  naming the key, or for an architecture we do not run the nearest one we do
ModelConfig parse_model_config(const Json& config, const std::string& origin);
/// config.json of a folder (and its generation_config.json for the end tokens).
ModelConfig read_model_config(const std::filesystem::path& model_dir);
Json model_config_json(const ModelConfig& config);

/// Checks that sizes are positive, heads divide, and products do not overflow. @throws InputError
void check_model_config(const ModelConfig& config, const std::string& origin);

}  // namespace llmops::model
