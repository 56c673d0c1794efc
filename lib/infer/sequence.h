// One request on its way through the engine.
#pragma once

#include <chrono>
#include <deque>
#include <set>

#include "infer/engine.h"
#include "infer/sampler.h"
#include "infer/stop_matcher.h"
#include "model/kv_cache.h"

namespace llmops::infer {

/// Used by the engine's thread alone, once it has been queued.
class Sequence {
 public:
  Sequence(Engine::RequestId id, GenerateRequest request, GenerateCallbacks callbacks, const text::Tokenizer& tokenizer,
           const std::set<TokenId>& eos_ids, int context_length);

  Engine::RequestId id() const { return id_; }
  /// Prompt and generated tokens that the cache does not hold yet; at least one until finished.
  std::span<const TokenId> pending() const;
  model::KvCache& cache() { return cache_; }
  /// Tokens the request can come to, for the size of its cache.
  std::int64_t most_tokens() const;

  /// The first step that includes this request begins.
  void mark_started();
  /// Chooses the next token from its logits (V), which are overwritten, and tells the callback.
  void accept(std::span<float> logits);
  bool finished() const { return finished_; }
  /// Ends it where it stands; on_done is told "cancelled".
  void cancel();
  /// Ends it with on_error.
  void fail(const std::string& message);

 private:
  void finish(const std::string& reason);
  /// Gives out text that is free, with the tokens it is made of. @param all  no more will come
  void emit(const std::string& text, bool all);
  void hold(const TokenLogprob& token, std::size_t bytes);
  double elapsed() const;  ///< seconds since submission

  Engine::RequestId id_;
  SamplingOptions sampling_;
  GenerateCallbacks callbacks_;
  const std::set<TokenId>& eos_ids_;
  std::size_t context_length_;
  std::size_t prompt_length_;
  std::vector<TokenId> tokens_;  ///< prompt, then generated
  model::KvCache cache_;
  Sampler sampler_;
  text::StreamDecoder stream_;
  StopMatcher stops_;
  /// A token whose text has not been given out; its bytes are counted from the begin of the answer.
  struct HeldToken {
    TokenLogprob token;
    std::size_t begin;
    std::size_t end;  ///< kUnknown until its character is whole
  };
  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);
  std::deque<HeldToken> held_;
  std::size_t made_ = 0;  ///< bytes of text, with those held back
  GenerateResult result_;
  bool started_ = false;
  bool finished_ = false;
  std::chrono::steady_clock::time_point submitted_;
};

}  // namespace llmops::infer
