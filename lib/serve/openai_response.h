// Answers in OpenAI's JSON, whole or as frames of an event stream. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "serve/api_error.h"
#include "serve/openai_request.h"

namespace llmops::serve {

/// What every part of one answer repeats.
struct AnswerHead {
  Route route = Route::kChat;
  std::string id;              ///< "chatcmpl-..." or "cmpl-..."
  std::int64_t created = 0;    ///< Unix seconds
  std::string model;           ///< as the client named it
  std::string fingerprint;     ///< of the weights that answer; "" gives null
  bool include_usage = false;  ///< frames carry `usage`, null in all but the last
};

struct Usage {
  int prompt_tokens = 0;
  int completion_tokens = 0;
  int cached_tokens = 0;  ///< of the prompt's, whose keys and values were there already
};

struct Choice {
  std::string text;
  std::string finish_reason;  ///< "stop" or "length"
  Json logprobs = nullptr;
};

/// A new "chatcmpl-" or "cmpl-" identifier, 96 random bits.
std::string new_answer_id(Route route);

Json usage_json(const Usage& usage);

/// The body of an answer that is not streamed.
Json whole_answer(const AnswerHead& head, const std::vector<Choice>& choices, const Usage& usage);

/// Frames: "data: {...}\n\n". Chat streams open each choice with its role; text streams do not ("" here).
std::string open_frame(const AnswerHead& head, int index);
/// @param logprobs  of the tokens of this text; null for none
std::string text_frame(const AnswerHead& head, int index, const std::string& text, const Json& logprobs = nullptr);
std::string finish_frame(const AnswerHead& head, int index, const std::string& finish_reason);
std::string usage_frame(const AnswerHead& head, const Usage& usage);
/// An error after the stream has begun.
std::string error_frame(const ApiError& error);
inline constexpr const char* kDoneFrame = "data: [DONE]\n\n";

/// {"object": "list", "data": [...]} and its elements.
Json model_json(const std::string& name, std::int64_t created, const std::string& root, int context_length);

}  // namespace llmops::serve
