// A chat or text completion request: OpenAI's JSON checked and turned into plain values. Pure functions, no engine
// state.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "infer/engine.h"

namespace llmops::serve {

enum class Route { kChat, kText };

/// What a request asks for, before its text becomes tokens.
struct CompletionCall {
  Route route = Route::kChat;
  std::string model;
  Json messages = nullptr;           ///< chat: [{"role", "content", ...}], contents flattened to strings
  std::vector<std::string> prompts;  ///< text completions given as text
  std::vector<std::vector<text::TokenId>> prompt_tokens;  ///< text completions given as tokens
  std::optional<infer::grammar::GrammarSource> grammar;   ///< what each answer must be
  infer::SamplingOptions sampling;                        ///< max_tokens 0: as many as the context has room for
  int choices = 1;                                        ///< answers to each prompt (`n`)
  bool seeded = false;                                    ///< whether the client chose the seed
  bool stream = false;
  bool include_usage = false;
  bool logprobs = false;
};

struct RequestLimits {
  int max_choices = 16;  ///< `n` times prompts
  int vocab_size = 0;    ///< of prompts given as tokens
};

/// @throws ApiError (400)  naming the field; unknown fields are ignored, known ones this server cannot honour are
/// refused
CompletionCall parse_completion(Route route, const Json& body, const RequestLimits& limits);

/// JSON of a request body.
/// @throws ApiError (400)  for text that is not JSON, or nested deeper than 512
Json parse_body(const std::string& body);

/// One engine request a choice: prompt i's choice j is element i * choices + j.
/// @throws ApiError (400)  no chat template, a conversation the template rejects, an empty prompt, too long a prompt
std::vector<infer::GenerateRequest> to_engine_requests(const CompletionCall& call, const infer::Engine& engine);

}  // namespace llmops::serve
