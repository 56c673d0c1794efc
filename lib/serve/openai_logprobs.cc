// Log-probabilities in the two forms of OpenAI's API.
#include "serve/openai_logprobs.h"

#include <algorithm>
#include <cmath>

namespace llmops::serve {
namespace {

/// JSON has no infinity; OpenAI writes -9999 for a token that could not have been.
double finite(float logprob) { return std::isfinite(logprob) ? std::max(logprob, -9999.0f) : -9999.0; }

Json token_json(text::TokenId id, float logprob, const text::Tokenizer& tokenizer) {
  const std::string bytes = tokenizer.token_bytes(id, /*skip_special=*/false);
  Json values = Json::array();
  for (const char byte : bytes) values.push_back(static_cast<int>(static_cast<unsigned char>(byte)));
  return {{"token", bytes}, {"logprob", finite(logprob)}, {"bytes", std::move(values)}};
}

Json chat_logprobs(std::span<const infer::TokenLogprob> logprobs, const text::Tokenizer& tokenizer) {
  Json content = Json::array();
  for (const infer::TokenLogprob& token : logprobs) {
    Json entry = token_json(token.id, token.logprob, tokenizer);
    entry["top_logprobs"] = Json::array();
    for (const auto& [id, logprob] : token.top) entry["top_logprobs"].push_back(token_json(id, logprob, tokenizer));
    content.push_back(std::move(entry));
  }
  return {{"content", std::move(content)}, {"refusal", nullptr}};
}

std::size_t count_characters(const std::string& bytes) {
  return static_cast<std::size_t>(
      std::count_if(bytes.begin(), bytes.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Json text_logprobs(std::span<const infer::TokenLogprob> logprobs, const text::Tokenizer& tokenizer,
                   std::size_t& offset) {
  Json tokens = Json::array();
  Json values = Json::array();
  Json tops = Json::array();
  Json offsets = Json::array();
  for (const infer::TokenLogprob& token : logprobs) {
    const std::string bytes = tokenizer.token_bytes(token.id, /*skip_special=*/false);
    tokens.push_back(bytes);
    values.push_back(finite(token.logprob));
    Json top = Json::object();
    for (const auto& [id, logprob] : token.top) top[tokenizer.token_bytes(id, false)] = finite(logprob);
    tops.push_back(std::move(top));
    offsets.push_back(offset);
    offset += count_characters(bytes);
  }
  return {{"tokens", std::move(tokens)},
          {"token_logprobs", std::move(values)},
          {"top_logprobs", std::move(tops)},
          {"text_offset", std::move(offsets)}};
}

}  // namespace

Json logprobs_json(Route route, std::span<const infer::TokenLogprob> logprobs, const text::Tokenizer& tokenizer,
                   std::size_t& offset) {
  return route == Route::kChat ? chat_logprobs(logprobs, tokenizer) : text_logprobs(logprobs, tokenizer, offset);
}

}  // namespace llmops::serve
