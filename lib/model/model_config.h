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

/// A decoder of the Llama family. Sizes in elements; names follow docs/notation.md.
struct ModelConfig {
  std::string architecture;   ///< "LlamaForCausalLM", as in config.json's `architectures`
  std::string model_type;     ///< "llama"
  int vocab_size = 0;         ///< V
  int hidden_size = 0;        ///< C
  int intermediate_size = 0;  ///< F
  int layers = 0;             ///< L
  int heads = 0;              ///< H
  int kv_heads = 0;           ///< K
  int head_size = 0;          ///< D
  int max_position = 0;       ///< tokens
  double rms_epsilon = 1e-5;
  double rope_theta = 10000;
  RopeScaling rope_scaling;
  bool tied_embeddings = false;
  bool qkv_bias = false;     ///< Qwen2
  bool output_bias = false;  ///< bias of the attention's output projection (`attention_bias` of Llama)
  bool mlp_bias = false;
  bool qk_norm = false;         ///< Qwen3: RMSNorm of each head's query and key
  int sliding_window = 0;       ///< tokens; 0 is off
  int first_sliding_layer = 0;  ///< Qwen2's max_window_layers: layers below it attend to all
  std::string dtype;            ///< "bfloat16", "float32", "float16"
  std::vector<int> bos_ids, eos_ids;
  Json raw = Json::object();  ///< config.json as read, so that writing keeps what we do not interpret

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
