// An encoder of the BERT family on libtorch: learned positions, attention in both directions, LayerNorm after each
// part.
//
// As in the decoder there is no batch axis: sequences lie one after another in one flat token axis, nothing is padded.
#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <span>
#include <vector>

#include "model/encoder_config.h"
#include "model/linear.h"

namespace llmops::model {

struct LayerNorm {
  at::Tensor weight, bias;  ///< (width)
};

struct EncoderLayer {
  Linear qkv;  ///< (3C, C): query, key and value in one product
  Linear output, up, down;
  LayerNorm attention_norm, output_norm;
};

class Encoder {
 public:
  /// @param folder  Hugging Face layout
  /// @param dtype   at::kFloat or at::kBFloat16, of weights and activations
  /// @throws NotFoundError, InputError  naming the key, or the tensor that is missing or has the wrong shape
  static Encoder load(const std::filesystem::path& folder, at::ScalarType dtype);

  const EncoderConfig& config() const { return config_; }

  /// Neighbours of equal length are attended to in one call: callers do well to sort by length.
  /// @param tokens   (N) int64, each below V
  /// @param lengths  of the sequences, in order; each 1 to max_tokens(), N in all
  /// @returns (N, C), the last layer's output; no gradients
  at::Tensor hidden(const at::Tensor& tokens, std::span<const std::int64_t> lengths) const;

 private:
  struct Run;  ///< neighbours of equal length
  void take_weights(std::map<std::string, at::Tensor> weights);
  at::Tensor embed(const at::Tensor& tokens, std::span<const std::int64_t> lengths) const;
  at::Tensor run_layer(const EncoderLayer& layer, const at::Tensor& x, std::span<const Run> runs) const;
  at::Tensor attend(const at::Tensor& qkv, std::span<const Run> runs) const;
  at::Tensor norm(const at::Tensor& x, const LayerNorm& norm) const;
  at::Tensor position_bias(std::int64_t length) const;

  EncoderConfig config_;
  at::Tensor words_;          ///< (V, E)
  at::Tensor positions_;      ///< (rows, E); the first token type's embedding is added to each
  LayerNorm embedding_norm_;  ///< (E)
  Linear projection_;         ///< (C, E), or undefined
  at::Tensor relative_bias_;  ///< (buckets, H), or undefined
  std::vector<EncoderLayer> layers_;
};

}  // namespace llmops::model
