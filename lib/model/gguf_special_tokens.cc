#include "model/gguf_special_tokens.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::model {
namespace {

/// Tokens that end a turn in the chat formats in use.
const char* const kTurnEnds[] = {"<|im_end|>", "<|eot_id|>", "<|end|>", "<end_of_turn>", "<|end_of_turn|>", "<|eot|>"};

std::optional<int> token_id(const Gguf& gguf, const std::string& key, std::size_t tokens) {
  if (!gguf.has(key)) return std::nullopt;
  const std::int64_t id = gguf.integer(key);
  if (id < 0 || static_cast<std::size_t>(id) >= tokens) {
    throw InputError(
        fmt::format("{}: '{}' is {}, outside the vocabulary of {}", gguf.path().string(), key, id, tokens));
  }
  return static_cast<int>(id);
}

bool flag(const Gguf& gguf, const std::string& key, bool fallback) {
  const GgufValue* value = gguf.find(key);
  if (value == nullptr) return fallback;
  const bool* held = std::get_if<bool>(value);
  return held != nullptr ? *held : gguf.integer(key) != 0;
}

/// The token that the template writes after a turn, when it is one of those in use.
std::optional<int> turn_end(const Gguf& gguf, const std::vector<std::string>& tokens) {
  if (!gguf.has("tokenizer.chat_template")) return std::nullopt;
  const std::string source = gguf.string("tokenizer.chat_template");
  for (const char* text : kTurnEnds) {
    if (source.find(text) == std::string::npos) continue;
    const auto found = std::find(tokens.begin(), tokens.end(), text);
    if (found != tokens.end()) return static_cast<int>(found - tokens.begin());
  }
  return std::nullopt;
}

}  // namespace

GgufSpecialTokens gguf_special_tokens(const Gguf& gguf) {
  const std::vector<std::string> tokens = gguf_tokens(gguf);
  GgufSpecialTokens special;
  special.bos = token_id(gguf, "tokenizer.ggml.bos_token_id", tokens.size());
  special.unknown = token_id(gguf, "tokenizer.ggml.unknown_token_id", tokens.size());
  special.padding = token_id(gguf, "tokenizer.ggml.padding_token_id", tokens.size());
  // llama.cpp's default for the Llama 3 vocabulary, whose files do not always say it.
  const std::string pre = gguf.has("tokenizer.ggml.pre") ? gguf.string("tokenizer.ggml.pre") : "";
  const bool llama3 = pre == "llama-bpe" || pre == "llama3" || pre == "llama-v3";
  special.add_bos = flag(gguf, "tokenizer.ggml.add_bos_token", llama3);
  special.add_eos = flag(gguf, "tokenizer.ggml.add_eos_token", false);
  for (const auto& id : {turn_end(gguf, tokens), token_id(gguf, "tokenizer.ggml.eot_token_id", tokens.size()),
                         token_id(gguf, "tokenizer.ggml.eos_token_id", tokens.size())}) {
    const bool known = id && std::find(special.stop_ids.begin(), special.stop_ids.end(), *id) != special.stop_ids.end();
    if (id && !known) special.stop_ids.push_back(*id);
  }
  if (!special.stop_ids.empty()) special.end = special.stop_ids.front();
  return special;
}

std::vector<std::string> gguf_tokens(const Gguf& gguf) {
  std::vector<std::string> tokens = gguf.strings("tokenizer.ggml.tokens");
  if (tokens.empty()) throw InputError(fmt::format("{}: the vocabulary is empty", gguf.path().string()));
  return tokens;
}

std::vector<GgufTokenKind> gguf_token_kinds(const Gguf& gguf, std::size_t tokens) {
  std::vector<GgufTokenKind> kinds(tokens, GgufTokenKind::kNormal);
  if (!gguf.has("tokenizer.ggml.token_type")) return kinds;
  const std::vector<std::int64_t> types = gguf.integers("tokenizer.ggml.token_type");
  if (types.size() != tokens) {
    throw InputError(fmt::format("{}: {} token types for {} tokens", gguf.path().string(), types.size(), tokens));
  }
  for (std::size_t i = 0; i < tokens; ++i) {
    if (types[i] >= 1 && types[i] <= 6) kinds[i] = static_cast<GgufTokenKind>(types[i]);
  }
  return kinds;
}

}  // namespace llmops::model
