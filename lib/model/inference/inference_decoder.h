// The decoder of all families for inference alone: the kernels of lib/ops on weights as they were stored, free of
// libtorch. decoder.h has the one that is trained.
//
// As there, tokens of all sequences lie one after another in one axis N, and segments say which run belongs to which
// sequence. What a token gives does not depend on what else is in the step, to the last bit.
#pragma once

#include <filesystem>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "model/model_config.h"
#include "ops/paged_attention.h"
#include "ops/pages.h"
#include "ops/thread_pool.h"
#include "text/tokenizer.h"

namespace llmops::model {

/// Keys and values of all layers, in blocks of ops::kBlockTokens tokens that sequences share or own. Who owns which
/// block is the caller's affair.
class KvStore {
 public:
  /// Claims addresses at once, memory as blocks are written. @throws SystemError  when there is not even room for those
  KvStore(const ModelConfig& config, ops::CacheFormat format, std::int32_t blocks);

  std::int32_t blocks() const { return blocks_; }
  std::size_t block_bytes() const;  ///< of one block, all layers
  ops::CacheLayer layer(int index) const;

 private:
  ops::CacheLayer first_;  ///< its format and sizes are those of all
  std::int32_t blocks_ = 0;
  ops::Pages data_;
};

struct InferenceOptions {
  std::string adapter;         ///< PEFT folder; "" for none
  std::string dtype = "auto";  ///< of dense weights: "float32", "bfloat16"; "auto": as stored
  int threads = 0;             ///< 0: all processors
  /// Of another decoder, which outlives this one and never runs at the same time; null: threads of its own
  ops::ThreadPool* pool = nullptr;
};

/// What a step has to know of a sequence beside its tokens and blocks.
struct SequenceTraits {
  int adapter = -1;  ///< number of add_adapter(), -1 for none
  /// Tokens it may come to: "dynamic" and "longrope" turn its heads by that, the same in every step, however its tokens
  /// are cut into steps. 0: as many as there are after the step.
  std::int64_t length = 0;
  /// Tokens from this position on were written by the model, those before it are a prompt: ops::Activations says why
  /// that counts. No segment of a step has some of both.
  std::int64_t prompt = std::numeric_limits<std::int64_t>::max();
};

/// One caller at a time: a step works in memory of the decoder.
class InferenceDecoder {
 public:
  /// @param path  Hugging Face folder or GGUF file
  /// @throws NotFoundError, InputError  naming the tensor that is missing or has the wrong shape
  static std::unique_ptr<InferenceDecoder> load(const std::filesystem::path& path, const InferenceOptions& options);
  virtual ~InferenceDecoder() = default;

  virtual const ModelConfig& config() const = 0;
  virtual std::uint64_t weight_bytes() const = 0;  ///< in memory
  virtual ops::ThreadPool& pool() = 0;
  /// Whether a token of a prompt gives other bits than the same one written by the model.
  virtual bool tells_prompts_apart() const = 0;

  /// Reads a PEFT adapter to be used beside those there are. @returns its number, for hidden(); that of the options
  /// is 0
  /// @throws NotFoundError, InputError  for one that is malformed or was made for another model
  virtual int add_adapter(const std::filesystem::path& directory) = 0;

  /// @param tokens    (N), each below V
  /// @param segments  cover [0, N) in order, those that the model wrote first; keys and values are stored in their
  /// blocks of `store`
  /// @param traits    one a segment; empty: the adapter of the options for all
  /// @returns (N, C) after the final norm, valid until the next call
  /// @throws InputError  for tokens, segments or traits that do not fit, before anything is written
  virtual std::span<const float> hidden(std::span<const text::TokenId> tokens,
                                        std::span<const ops::AttentionSegment> segments, KvStore& store,
                                        std::span<const SequenceTraits> traits) = 0;
  std::span<const float> hidden(std::span<const text::TokenId> tokens, std::span<const ops::AttentionSegment> segments,
                                KvStore& store) {
    return hidden(tokens, segments, store, {});
  }

  /// @param hidden  (M, C), rows of tokens that the model wrote first @param decoded  how many those are
  /// @param logits  (M, V), written; of a reward model (M, 1)
  virtual void logits(std::span<const float> hidden, std::int64_t decoded, std::span<float> logits) = 0;
  void logits(std::span<const float> hidden, std::span<float> found) { logits(hidden, 0, found); }
};

}  // namespace llmops::model
