// A decoder without weights, for tests of the engine: what it gives depends on every token of a sequence, as it reads
// them back from the blocks of the KV cache. A block that was shared wrongly, overwritten or not filled changes all
// that follows, or is refused.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

#include "model/inference/inference_decoder.h"

namespace llmops::test {

class HistoryDecoder final : public model::InferenceDecoder {
 public:
  static constexpr int kVocabulary = 61;
  static constexpr text::TokenId kEnd = 60;

  explicit HistoryDecoder(int context = 512, int threads = 1) : pool_(threads) {
    config_.architecture = "HistoryDecoder";
    config_.vocab_size = kVocabulary;
    config_.hidden_size = 3;
    config_.layers = 2;
    config_.heads = config_.kv_heads = 1;
    config_.head_size = 2;
    config_.max_position = context;
    config_.eos_ids = {kEnd};
  }

  const model::ModelConfig& config() const override { return config_; }
  std::uint64_t weight_bytes() const override { return 0; }
  ops::ThreadPool& pool() override { return pool_; }

  std::span<const float> hidden(std::span<const text::TokenId> tokens, std::span<const ops::AttentionSegment> segments,
                                model::KvStore& store, std::span<const model::SequenceTraits> traits) override;
  /// And it does: to get one's answer, whoever runs it has to say each time which tokens are the prompt's.
  bool tells_prompts_apart() const override { return true; }
  int add_adapter(const std::filesystem::path&) override { return adapters_++; }
  void logits(std::span<const float> hidden, std::int64_t decoded, std::span<float> logits) override;

  std::function<void(std::size_t tokens)> before_step = [](std::size_t) {};  ///< may throw, or wait
  int unlike = 0;  ///< of 100 texts, those after which it thinks otherwise than others of its kind
  std::atomic<std::int64_t> steps{0};
  std::atomic<std::int64_t> tokens_run{0};
  std::atomic<std::int64_t> most_rows{0};  ///< of logits at once

 private:
  model::ModelConfig config_;
  ops::ThreadPool pool_;
  int adapters_ = 0;
  std::vector<float> hidden_;  ///< (N, 3): the last token, and two parts of the history's hash
};

/// What the decoder says after these tokens, for tests that compute answers themselves.
/// @param prompt  tokens of them that were given
/// @param unlike  of the decoder
std::vector<float> history_logits(std::span<const text::TokenId> tokens, std::size_t prompt, int adapter = -1,
                                  int unlike = 0);

}  // namespace llmops::test
