// The decoder of the Llama family: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
//
// There is no batch axis. Tokens of all sequences lie one after another in one flat axis N, and segments say which run of
// it belongs to which sequence: one code path for training on packed rows, for prefill and for batched decoding, without
// padding anywhere.
#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/linear.h"
#include "model/model_config.h"

namespace llmops::model {

/// Keys and values of one sequence, all layers.
struct KvCache {
  std::vector<at::Tensor> keys;    ///< L x (K, capacity, D), rotated
  std::vector<at::Tensor> values;  ///< L x (K, capacity, D)
  std::int64_t length = 0;         ///< tokens stored
  std::int64_t capacity = 0;       ///< tokens there is room for; grows by doubling in reserve()

  void reserve(const ModelConfig& config, std::int64_t tokens, at::ScalarType dtype);
};

/// tokens[begin, begin + length) are one sequence; with a cache they follow what it holds and are appended to it.
struct Segment {
  std::int64_t begin = 0;
  std::int64_t length = 0;
  KvCache* cache = nullptr;  ///< null: positions start at 0 and nothing is kept (training, scoring)
};

struct DecoderLayer {
  at::Tensor input_norm, post_attention_norm;   ///< (C)
  Linear q_proj, k_proj, v_proj, o_proj;
  at::Tensor q_norm, k_norm;                    ///< (D), Qwen3; else undefined
  Linear gate_proj, up_proj, down_proj;
};

class Decoder {
 public:
  /// @param path   Hugging Face folder or GGUF file
  /// @param dtype  at::kFloat or at::kBFloat16, of weights and activations; norms, softmax and logits are float32
  /// @throws NotFoundError, InputError  naming the tensor that is missing or has the wrong shape
  static Decoder load(const std::filesystem::path& path, at::ScalarType dtype);

  const ModelConfig& config() const { return config_; }
  at::ScalarType dtype() const { return dtype_; }

  /// @param tokens    (N) int64, each below V
  /// @param segments  cover [0, N) in order
  /// @param checkpoint  recompute each layer in the backward pass instead of keeping its activations
  /// @returns (N, C), after the final norm
  at::Tensor hidden(const at::Tensor& tokens, std::span<const Segment> segments, bool checkpoint = false) const;

  /// @param hidden  (M, C) @returns (M, V) float32
  at::Tensor logits(const at::Tensor& hidden) const;

  /// Every linear layer but the head by its Hugging Face path, "model.layers.0.self_attn.q_proj"; for adapters.
  std::map<std::string, Linear*> linears();
  /// (V, C), of the output head; the embedding itself where they are tied.
  const at::Tensor& head() const { return head_; }
  /// All weights by Hugging Face name (adapters not included), for writing a checkpoint.
  std::vector<std::pair<std::string, at::Tensor>> named_weights() const;

 private:
  ModelConfig config_;
  at::ScalarType dtype_ = at::kFloat;
  at::Tensor embedding_;    ///< (V, C)
  at::Tensor final_norm_;   ///< (C)
  at::Tensor head_;         ///< (V, C)
  at::Tensor inverse_frequencies_;  ///< (D / 2) float32, scaled
  double attention_factor_ = 1;     ///< multiplies cos and sin (yarn, longrope)
  std::vector<DecoderLayer> layers_;
};

}  // namespace llmops::model
