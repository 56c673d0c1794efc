// The engine as eval, serve and chat see it: tokens in, tokens out. No libtorch type appears here, so that code in the
// binary can call an engine that lives in libllmops_ml.so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace llmops::infer {

using text::TokenId;

struct EngineOptions {
  std::string model;           ///< Hugging Face folder or GGUF file (a path: URIs are resolved before)
  std::string adapter;         ///< PEFT folder; "" for none
  std::string dtype = "auto";  ///< "float32", "bfloat16"; "auto" is float32 on a CPU
  std::string device = "cpu";  ///< "cpu" or "cuda[:n]"
  int threads = 0;             ///< 0: all processors
  int max_batch = 16;          ///< sequences decoded in one step
  int max_context = 0;         ///< tokens of one sequence; 0: the model's own limit
};

struct SamplingOptions {
  int max_tokens = 256;
  double temperature = 0;        ///< 0 is greedy
  double top_p = 1;              ///< 1 is off
  int top_k = 0;                 ///< 0 is off
  double frequency_penalty = 0;  ///< OpenAI's meaning; 0 is off
  double presence_penalty = 0;
  std::uint64_t seed = 0;         ///< of this request alone: the same text at any batch size
  std::vector<std::string> stop;  ///< texts that end the answer and are not part of it
  bool ignore_eos = false;
  int top_logprobs = -1;  ///< alternatives reported for each token; -1: no log-probabilities at all
};

struct TokenLogprob {
  TokenId id = 0;
  float logprob = 0;                           ///< natural logarithm, before temperature
  std::vector<std::pair<TokenId, float>> top;  ///< most likely first
};

struct GenerateResult {
  std::vector<TokenId> tokens;         ///< those of the text: no prompt, no end token, none of a stop text alone
  std::string text;                    ///< stop texts removed
  std::string finish_reason;           ///< "stop", "length" or "cancelled"
  std::vector<TokenLogprob> logprobs;  ///< of `tokens`, where they were asked for
  double queue_s = 0;                  ///< from submission to the first step
  double first_token_s = 0;            ///< from submission to the first token
  double total_s = 0;                  ///< from submission to the last token
};

/// What a request tells while it runs. Called from the engine's thread: do not block, do not call the engine.
struct GenerateCallbacks {
  /// Once a generated token: new text (whole UTF-8 characters, never part of a stop text), and the tokens it is made
  /// of. Both are empty while text is held back that may become a stop text or lacks the rest of a character.
  std::function<void(const std::string& text, std::span<const TokenLogprob> tokens)> on_token;
  std::function<void(const GenerateResult&)> on_done;
  /// Instead of on_done, when this request alone failed.
  std::function<void(const std::string& message)> on_error;
};

struct GenerateRequest {
  std::vector<TokenId> prompt;
  SamplingOptions sampling;
};

struct ModelInfo {
  std::string architecture;  ///< "LlamaForCausalLM"
  std::string weights;       ///< "BF16", "Q8_0", ... as stored
  std::int64_t parameters = 0;
  std::int64_t bytes = 0;  ///< of the weights as stored
  int context_length = 0;  ///< tokens
  int vocab_size = 0;
};

/// Log-probabilities of a sequence's own tokens: element i belongs to token i + 1.
struct SequenceScore {
  std::vector<float> logprobs;
  std::vector<bool> greedy;  ///< whether the token was the most likely one
};

struct EngineStats {
  int running = 0;
  int waiting = 0;
  double cache_usage = 0;  ///< share of the KV cache in use, 0..1
};

/// A loaded model with its own scheduling thread. All members may be called from any thread.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual const ModelInfo& info() const = 0;
  virtual const text::Tokenizer& tokenizer() const = 0;
  virtual const text::ChatTemplate* chat_template() const = 0;  ///< null when the model has none

  using RequestId = std::uint64_t;
  /// Queues a request and returns at once. @throws InputError  empty prompt, prompt longer than the context, bad
  /// options
  virtual RequestId submit(GenerateRequest request, GenerateCallbacks callbacks) = 0;
  /// Ends a request within one step; its on_done comes with "cancelled". Unknown ids are ignored.
  virtual void cancel(RequestId id) = 0;
  virtual EngineStats stats() const = 0;

  /// Runs all requests to their end, batched; results in order. @throws Interrupted
  virtual std::vector<GenerateResult> generate(std::span<const GenerateRequest> requests,
                                               const std::function<void(std::size_t done)>& on_done = {}) = 0;
  /// @throws InputError  for a sequence of fewer than 2 tokens or over the context by more than one (its last token
  /// needs no position)
  virtual std::vector<SequenceScore> score(std::span<const std::vector<TokenId>> sequences,
                                           const std::function<void(std::size_t done)>& on_done = {}) = 0;
};

}  // namespace llmops::infer
