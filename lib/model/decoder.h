// The decoder of the Llama family: RMSNorm, rotary positions, grouped-query attention, SwiGLU.
//
// There is no batch axis. Tokens of all sequences lie one after another in one flat axis N, and segments say which run
// of it belongs to which sequence: one code path for training on packed rows, for prefill and for batched decoding,
// without padding anywhere.
#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/kv_cache.h"
#include "model/linear.h"
#include "model/model_config.h"
#include "model/rotary.h"

namespace llmops::model {

struct DecoderLayer {
  at::Tensor input_norm, post_attention_norm;  ///< (C)
  Linear q_proj, k_proj, v_proj, o_proj;
  at::Tensor q_norm, k_norm;  ///< (D), Qwen3; else undefined
  Linear gate_proj, up_proj, down_proj;
};

/// Where a weight of a checkpoint goes.
struct WeightSlot {
  std::string name;  ///< Hugging Face's
  at::Tensor* tensor = nullptr;
  std::vector<std::int64_t> shape;
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
  /// One for every weight that the configuration asks for, in checkpoint order.
  std::vector<WeightSlot> weight_slots();

  ModelConfig config_;
  at::ScalarType dtype_ = at::kFloat;
  at::Tensor embedding_;   ///< (V, C)
  at::Tensor final_norm_;  ///< (C)
  at::Tensor head_;        ///< (V, C)
  Rotary rotary_;
  std::vector<DecoderLayer> layers_;
};

}  // namespace llmops::model
