// An embedding model on libtorch: an encoder or a decoder, pooled as its folder says.
#pragma once

#include <ATen/ATen.h>

#include <functional>

#include "infer/embed_tokens.h"
#include "infer/embedder.h"

namespace llmops::infer {

/// The vectors of tokens. @param tokens  (N) int64 @param lengths  of the sequences, N in all @returns (N, C)
using TokenVectors = std::function<at::Tensor(const at::Tensor& tokens, std::span<const std::int64_t> lengths)>;

struct Backbone {
  TokenVectors hidden;
  std::string architecture;
  int width = 0;       ///< C
  int max_tokens = 0;  ///< of one sequence
  std::int64_t parameters = 0;
};

/// Loads the model that `layout` names.
/// @throws InputError  also for a decoder whose folder does not declare pooling, unless `pooling_given`
Backbone load_backbone(const model::SentenceLayout& layout, bool pooling_given, at::ScalarType dtype);

/// A dense layer after pooling.
struct DenseStep {
  at::Tensor weight, bias;  ///< (out, in) and (out) or undefined, float32
  model::DenseActivation activation = model::DenseActivation::kNone;
  at::Tensor operator()(const at::Tensor& x) const;  ///< (B, in) -> (B, out)
};

/// @param in  elements that come in @throws InputError  naming the tensor or key that does not fit
DenseStep load_dense(const model::SentenceStep& step, std::int64_t in);

class TorchEmbedder final : public Embedder {
 public:
  explicit TorchEmbedder(const EmbedderOptions& options);
  const EmbedderInfo& info() const override { return info_; }
  std::vector<std::vector<float>> embed(std::span<const std::string> texts) override;

 private:
  using Sequences = std::span<const std::vector<text::TokenId>* const>;
  void apply(const EmbedderOptions& options);
  void embed_batch(Sequences batch, std::span<std::vector<float>* const> out) const;
  at::Tensor pooled(Sequences batch) const;

  model::SentenceLayout layout_;
  Backbone backbone_;
  std::vector<DenseStep> dense_;  ///< of layout_.steps, those that are dense
  std::unique_ptr<EmbedTokens> tokens_;
  std::size_t prompt_tokens_ = 0;  ///< that pooling leaves out
  int batch_size_ = 32;
  EmbedderInfo info_;
};

}  // namespace llmops::infer
