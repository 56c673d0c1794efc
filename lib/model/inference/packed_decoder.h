// The inference decoder on packed weights.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/inference/decoder_step.h"
#include "model/inference/inference_decoder.h"
#include "model/inference/stored_weights.h"
#include "model/saved_modules.h"

namespace llmops::model {

class PackedDecoder final : public InferenceDecoder {
 public:
  PackedDecoder(const StoredWeights& weights, const InferenceOptions& options);

  const ModelConfig& config() const override { return config_; }
  std::uint64_t weight_bytes() const override { return weight_bytes_; }
  ops::ThreadPool& pool() override { return pool_; }
  bool tells_prompts_apart() const override { return tells_prompts_apart_; }
  int add_adapter(const std::filesystem::path& directory) override;
  std::span<const float> hidden(std::span<const text::TokenId> tokens, std::span<const ops::AttentionSegment> segments,
                                KvStore& store, std::span<const SequenceTraits> traits) override;
  void logits(std::span<const float> hidden, std::int64_t decoded, std::span<float> logits) override;

 private:
  /// The model's files, and what an adapter has in the place of some of their weights.
  struct Sources {
    const StoredWeights& weights;
    const SavedWeights& saved;
  };

  struct NamedLinear {
    std::string path;  ///< Hugging Face's, without ".weight"
    Part part;
    const ops::PackedMatrix* weight;
  };

  // Loading.
  void build();
  void read_tensor(const Sources& sources, const ExpectedTensor& tensor);
  ops::PackedMatrix read_matrix(const Sources& sources, const ExpectedTensor& tensor);
  std::vector<float> read_values(const Sources& sources, const ExpectedTensor& tensor);
  std::unique_ptr<PackedAdapter> pack(const std::filesystem::path& directory, LoraAdapter found);
  PackedLinear& linear_of(const ExpectedTensor& tensor);
  RowNorm* norm_of(const ExpectedTensor& tensor);

  // A step.
  void check(std::span<const text::TokenId> tokens, std::span<const ops::AttentionSegment> segments,
             const KvStore& store, std::span<const SequenceTraits> traits) const;
  void begin_step(std::span<const ops::AttentionSegment> segments, std::span<const SequenceTraits> traits);
  void fill_key_bias();
  void embed(std::span<const text::TokenId> tokens);
  void run_layer(int index, const ops::CacheLayer& cache);
  /// x += scale * norm(change + bias), for one token; change is overwritten.
  void add_change(float* x, float* change, const PackedLinear& linear, const RowNorm& norm) const;

  ModelConfig config_;
  std::optional<ops::PackedFormat> dense_;  ///< of float weights; none: as stored
  std::optional<ops::ThreadPool> own_pool_;
  ops::ThreadPool& pool_;
  ops::PackedMatrix embedding_;  ///< (V, C)
  ops::PackedMatrix positions_;  ///< (max_position + offset, C), learned; or none
  RowNorm embedding_norm_, final_norm_;
  PackedLinear head_;  ///< without a weight where it is the embedding
  std::vector<PackedLayer> layers_;
  std::vector<NamedLinear> linears_;     ///< by PackedLinear::index
  std::vector<std::size_t> query_rows_;  ///< packed row -> stored row of fused (K, H / K + 2) heads; or empty
  RotaryFrequencies rotary_, local_rotary_;
  std::vector<std::unique_ptr<PackedAdapter>> adapters_;
  bool default_adapter_ = false;  ///< the first is meant where a step names none
  bool only_adapter_ = false;     ///< it replaced weights of the model, which no sequence can be without
  std::uint64_t weight_bytes_ = 0;
  bool tells_prompts_apart_ = false;  ///< as the kernels do for at least one matrix

  DecoderStep step_;
  std::vector<float> key_bias_;  ///< (H, positions), grows
  std::int64_t key_bias_positions_ = 0;
};

}  // namespace llmops::model
