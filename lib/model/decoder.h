// The decoder of all families: one forward pass, whose options come from the configuration.
//
// This one is trained, and gives its hidden states to embeddings; inference/inference_decoder.h has the one that
// answers. There is no batch axis. Tokens of all sequences lie one after another in one flat axis N, and segments say
// which run of it belongs to which sequence: no padding anywhere.
#pragma once

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "model/attention.h"
#include "model/feed_forward.h"
#include "model/linear.h"
#include "model/model_config.h"
#include "model/norm.h"
#include "model/output_head.h"
#include "model/rotary.h"
#include "model/segment.h"
#include "model/weight_layout.h"

namespace llmops::model {

/// x += attention_out(attention(attention_in(x))), then x += mlp_out(mlp(mlp_in(x))); both on the layer's input where
/// the configuration says `parallel`. Norms that a family does not have are the identity.
struct DecoderLayer {
  Norm attention_in, attention_out, mlp_in, mlp_out;
  Linear q_proj, k_proj, v_proj;  ///< or
  Linear qkv_proj;                ///< all three
  Linear o_proj;
  Norm q_norm, k_norm;
  FeedForward mlp;  ///< or
  Experts experts;

  Linear* linear(Part part, int expert);  ///< null for parts that are no linear layers
  Norm* norm(Part part);                  ///< null for parts that are no norms
  /// What an adapter trains here: what recomputing the layer must give gradients to.
  std::vector<at::Tensor> trainable() const;
};

/// A weight of an adapter's own, in the place of the model's.
struct ReplacedWeight {
  ExpectedTensor tensor;
  at::Tensor weight;  ///< (out, in) for linear layers, however it is stored
};

class Decoder {
 public:
  /// @param path   Hugging Face folder or GGUF file
  /// @param dtype  at::kFloat or at::kBFloat16, of weights and activations; norms, softmax and
  ///               logits are float32, on the CPU attention's products too
  /// @param format  of the matrices in layers; the embedding, the head and routers of experts are always dense
  /// @param device  where weights are kept and used, each taken there once it is read
  /// @throws NotFoundError, InputError  naming the tensor that is missing or has the wrong shape
  static Decoder load(const std::filesystem::path& path, at::ScalarType dtype, BaseFormat format = BaseFormat::kDense,
                      at::Device device = at::kCPU);

  const ModelConfig& config() const { return config_; }
  at::Device device() const { return embedding_.device(); }
  /// Has activations in another format than the weights, which are converted where they are used.
  void compute_in(at::ScalarType dtype) { dtype_ = dtype; }

  /// @param tokens    (N) int64 in main memory, each below V
  /// @param segments  cover [0, N) in order
  /// @param checkpoint  recompute each layer in the backward pass instead of keeping its activations
  /// @param noise     (N, C), added to the tokens' embeddings; undefined: none
  /// @returns (N, C) on the device, after the final norm
  at::Tensor hidden(const at::Tensor& tokens, std::span<const Segment> segments, bool checkpoint = false,
                    const at::Tensor& noise = {}) const;

  /// @param hidden  (M, C) @returns (M, V) float32; of a reward model (M, 1)
  at::Tensor logits(const at::Tensor& hidden) const;

  /// Every linear layer but the head by its Hugging Face path, "model.layers.0.self_attn.q_proj"; for adapters.
  std::map<std::string, Linear*> linears();
  /// Its weight is the embedding itself where they are tied.
  const OutputHead& head() const { return head_; }
  /// All weights by Hugging Face name, as stored there (adapters not included), for writing a checkpoint.
  std::vector<std::pair<std::string, at::Tensor>> named_weights() const;
  /// One of keepable_tensors() (saved_modules.h), (out, in) for linear layers.
  at::Tensor dense_weight(const ExpectedTensor& tensor);
  /// Puts an adapter's weight in the place of the model's. A head that was the embedding becomes one of its own.
  void replace(const ExpectedTensor& tensor, at::Tensor weight);
  /// Puts a head of one number in the place of the one over the vocabulary. @param weight  (1, C)
  /// @throws InputError  as as_reward_model()
  void make_reward_model(at::Tensor weight);
  /// Has the weight itself trained, and its gradient kept. @returns it, as dense_weight()
  at::Tensor unfreeze(const ExpectedTensor& tensor);
  /// What replace() was given.
  const std::vector<ReplacedWeight>& replaced() const { return replaced_; }

 private:
  /// What the configuration alone decides: layers with their norms, positions, scales.
  void build(ModelConfig config, at::ScalarType dtype);
  /// Where a weight is kept, (out, in) for linear layers.
  at::Tensor& slot(const ExpectedTensor& tensor);
  /// The linear layer of a layer's tensor; null for others.
  Linear* linear_of(const ExpectedTensor& tensor);
  /// To be called once weights are in place.
  void prepare_norms();
  /// hidden() of just these tokens.
  at::Tensor states(const at::Tensor& tokens, std::span<const Segment> segments, bool checkpoint,
                    const at::Tensor& noise) const;
  at::Tensor embed(const at::Tensor& tokens, std::span<const Segment> segments, const at::Tensor& noise) const;

  ModelConfig config_;
  at::ScalarType dtype_ = at::kFloat;  ///< of activations
  at::Tensor embedding_;               ///< (V, C)
  at::Tensor positions_;               ///< (max_position + offset, C), learned; or undefined
  Norm embedding_norm_, final_norm_;
  OutputHead head_;
  Rotary rotary_;
  Rotary local_rotary_;  ///< of layers with a window, where they have their own
  std::vector<DecoderLayer> layers_;
  std::vector<ReplacedWeight> replaced_;
};

}  // namespace llmops::model
