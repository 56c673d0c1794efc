// The engine as eval, serve and chat see it: tokens in, tokens out.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "infer/grammar/grammar_source.h"
#include "infer/token_constraint.h"
#include "text/chat_template.h"
#include "text/tokenizer.h"

namespace llmops::infer {

using text::TokenId;

struct EngineOptions {
  std::string model;                 ///< Hugging Face folder or GGUF file (a path: URIs are resolved before)
  std::string adapter;               ///< PEFT folder; "" for none
  std::string dtype = "auto";        ///< "float32", "bfloat16"; "auto" is float32 on a CPU
  std::string device = "cpu";        ///< "cpu" or "cuda[:n]"
  int threads = 0;                   ///< 0: all processors
  int max_batch = 16;                ///< sequences decoded in one step
  int max_context = 0;               ///< tokens of one sequence; 0: the model's own limit
  std::int64_t cache_tokens = 0;     ///< of all sequences together in the KV cache; 0: chosen by the machine's memory
  std::string cache_dtype = "auto";  ///< of keys and values: "f32", "f16", "int8"; "auto": f32 for such weights or f16
  bool prefix_cache = true;          ///< requests that begin alike share keys and values; changes no answer
  int prompt_lookup = 0;             ///< tokens guessed at most from a request's own text; changes no answer; 0 is off
  std::string draft_model = {};      ///< smaller one of the same vocabulary that guesses; changes no answer; "": none
  int draft_tokens = 8;              ///< that it guesses at most before they are checked
  int step_tokens = 512;             ///< run at once: longer prompts are cut, so that others need not wait for them
};

struct SamplingOptions {
  int max_tokens = 256;
  double temperature = 0;        ///< 0 is greedy
  double top_p = 1;              ///< 1 is off
  int top_k = 0;                 ///< 0 is off
  double min_p = 0;              ///< least probability, as a share of the likeliest token's; 0 is off
  double frequency_penalty = 0;  ///< OpenAI's meaning; 0 is off
  double presence_penalty = 0;
  double repetition_penalty = 1;  ///< divides logits above 0 of tokens seen, prompt included; 1 is off
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
  int cached_tokens = 0;               ///< of the prompt, whose keys and values were there already
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
  std::optional<int> adapter = {};  ///< number from Engine::add_adapter(), -1 for none; absent: that of the options
  std::string tenant = {};  ///< only requests of one tenant share keys and values: nobody learns what others asked
  /// What the answer must be, whole; where the tokens end first, the beginning of it.
  std::optional<grammar::GrammarSource> grammar = {};
  /// Makes another limit of the answer's tokens, in place of a grammar; called once, when the request is queued.
  std::function<std::unique_ptr<TokenConstraint>()> constraint = {};
};

struct ModelInfo {
  std::string architecture;  ///< "LlamaForCausalLM"
  std::string weights;       ///< "BF16", "Q8_0", ... as stored
  std::int64_t parameters = 0;
  std::int64_t bytes = 0;  ///< of the weights as stored
  int context_length = 0;  ///< tokens
  int vocab_size = 0;
  std::int64_t cache_tokens = 0;  ///< that the KV cache holds
  std::int64_t cache_bytes = 0;   ///< of the KV cache when it is full
};

/// Log-probabilities of a sequence's own tokens: element i belongs to token i + 1.
struct SequenceScore {
  std::vector<float> logprobs;
  std::vector<bool> greedy;  ///< whether the token was the most likely one
};

/// Since the engine was opened.
struct EngineCounts {
  std::uint64_t steps = 0;
  std::uint64_t prompt_tokens = 0;  ///< of requests that started
  std::uint64_t cached_tokens = 0;  ///< of those, found in the KV cache
  std::uint64_t generated_tokens = 0;
  std::uint64_t drafted_tokens = 0;   ///< guessed
  std::uint64_t accepted_tokens = 0;  ///< of those, right
  std::uint64_t preemptions = 0;      ///< of requests that gave their blocks to earlier ones
};

struct EngineStats {
  int running = 0;
  int waiting = 0;
  double cache_usage = 0;        ///< share of the KV cache in use, 0..1
  double draft_cache_usage = 0;  ///< likewise of the draft model's
  EngineCounts counts = {};
  std::string guesses_by = {};  ///< what makes the drafted tokens: "prompt_lookup", "draft_model"; "": none are made
};

/// A loaded model with its own scheduling thread. All members may be called from any thread.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual const ModelInfo& info() const = 0;
  virtual const text::Tokenizer& tokenizer() const = 0;
  virtual const text::ChatTemplate* chat_template() const = 0;  ///< null when the model has none

  /// Reads a further PEFT adapter for requests to name; all run in one batch. @returns its number
  /// @throws NotFoundError, InputError  for one that is malformed or of another model; UsageError  where none are taken
  virtual int add_adapter(const std::string& path);

  using RequestId = std::uint64_t;
  /// Queues a request and returns at once.
  /// @throws InputError  empty prompt, prompt longer than the context, bad options; a grammar that is
  /// wrong; what `constraint` throws
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
