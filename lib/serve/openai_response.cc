// Answers in OpenAI's JSON.
#include "serve/openai_response.h"

#include <fmt/format.h>

#include <random>

namespace llmops::serve {
namespace {

Json head_json(const AnswerHead& head, bool chunk) {
  const char* object = head.route == Route::kText ? "text_completion"
                       : chunk                    ? "chat.completion.chunk"
                                                  : "chat.completion";
  return {{"id", head.id},
          {"object", object},
          {"created", head.created},
          {"model", head.model},
          {"system_fingerprint", head.fingerprint.empty() ? Json(nullptr) : Json(head.fingerprint)}};
}

std::string frame(const Json& payload) { return "data: " + dump_json(payload) + "\n\n"; }

/// A chunk with one choice. @param piece  {"delta": ...} or {"text": ...}
std::string choice_frame(const AnswerHead& head, int index, const Json& piece, const Json& logprobs,
                         const Json& reason) {
  Json choice{{"index", index}};
  choice.update(piece);
  choice["logprobs"] = logprobs;
  choice["finish_reason"] = reason;
  Json chunk = head_json(head, /*chunk=*/true);
  chunk["choices"] = Json::array({std::move(choice)});
  if (head.include_usage) chunk["usage"] = nullptr;
  return frame(chunk);
}

Json choice_json(const AnswerHead& head, int index, const Choice& choice) {
  Json json{{"index", index}};
  if (head.route == Route::kChat) {
    json["message"] = {{"role", "assistant"}, {"content", choice.text}, {"refusal", nullptr}};
  } else {
    json["text"] = choice.text;
  }
  json["logprobs"] = choice.logprobs;
  json["finish_reason"] = choice.finish_reason;
  return json;
}

}  // namespace

std::string new_answer_id(Route route) {
  thread_local std::mt19937_64 random{[] {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
  }()};
  const std::uint64_t high = random();
  return fmt::format("{}-{:016x}{:08x}", route == Route::kChat ? "chatcmpl" : "cmpl", high, random() >> 32);
}

Json usage_json(const Usage& usage) {
  return {{"prompt_tokens", usage.prompt_tokens},
          {"completion_tokens", usage.completion_tokens},
          {"total_tokens", usage.prompt_tokens + usage.completion_tokens},
          {"prompt_tokens_details", {{"cached_tokens", usage.cached_tokens}}}};
}

Json whole_answer(const AnswerHead& head, const std::vector<Choice>& choices, const Usage& usage) {
  Json body = head_json(head, /*chunk=*/false);
  body["choices"] = Json::array();
  for (std::size_t i = 0; i < choices.size(); ++i) {
    body["choices"].push_back(choice_json(head, static_cast<int>(i), choices[i]));
  }
  body["usage"] = usage_json(usage);
  return body;
}

std::string open_frame(const AnswerHead& head, int index) {
  if (head.route == Route::kText) return "";
  return choice_frame(head, index, {{"delta", {{"role", "assistant"}, {"content", ""}}}}, nullptr, nullptr);
}

std::string text_frame(const AnswerHead& head, int index, const std::string& text, const Json& logprobs) {
  const Json piece = head.route == Route::kChat ? Json{{"delta", {{"content", text}}}} : Json{{"text", text}};
  return choice_frame(head, index, piece, logprobs, nullptr);
}

std::string finish_frame(const AnswerHead& head, int index, const std::string& finish_reason) {
  const Json piece = head.route == Route::kChat ? Json{{"delta", Json::object()}} : Json{{"text", ""}};
  return choice_frame(head, index, piece, nullptr, finish_reason);
}

std::string usage_frame(const AnswerHead& head, const Usage& usage) {
  Json chunk = head_json(head, /*chunk=*/true);
  chunk["choices"] = Json::array();
  chunk["usage"] = usage_json(usage);
  return frame(chunk);
}

std::string error_frame(const ApiError& error) { return frame(error.body()); }

Json model_json(const std::string& name, std::int64_t created, const std::string& root, int context_length) {
  return {{"id", name},
          {"object", "model"},
          {"created", created},
          {"owned_by", "llmops"},
          {"root", root},
          {"parent", nullptr},
          {"max_model_len", context_length}};
}

}  // namespace llmops::serve
