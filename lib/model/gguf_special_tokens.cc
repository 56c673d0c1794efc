#include "model/gguf_special_tokens.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "model/gguf_pre_tokenizer.h"
#include "model/gguf_vocabularies.h"

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

/// What holds where the file does not say; llama.cpp's own defaults.
struct Defaults {
  const char* model;      ///< tokenizer.ggml.model
  int bos, eos, unknown;  ///< -1: none
  bool add_bos, add_eos;
};
constexpr Defaults kDefaults[] = {
    {"gpt2", -1, -1, -1, false, false},
    {"llama", 1, 2, 0, true, false},
    {"t5", -1, 1, 2, false, true},
    {"bert", 101, 102, 100, true, true},
};

/// Those of byte-level BPE for a kind that is not known: special tokens are wanted of files whose texts are not.
Defaults defaults_of(const Gguf& gguf) {
  const std::string name = gguf.has("tokenizer.ggml.model") ? gguf.string("tokenizer.ggml.model") : "";
  for (const Defaults& defaults : kDefaults) {
    if (name == defaults.model) return defaults;
  }
  return kDefaults[0];
}

bool adds_bos(const Gguf& gguf, bool fallback) {
  const char* key = "tokenizer.ggml.add_bos_token";
  const char* pre = "tokenizer.ggml.pre";
  if (gguf.has(key) || gguf.string("tokenizer.ggml.model") != "gpt2" || !gguf.has(pre)) {
    return gguf_flag(gguf, key, fallback);
  }
  return gguf_pre_tokenizer(gguf.string(pre), gguf.path().string()).add_bos;
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
  const Defaults defaults = defaults_of(gguf);
  const auto id_of = [&](const char* name, int fallback) -> std::optional<int> {
    const auto id = token_id(gguf, fmt::format("tokenizer.ggml.{}_token_id", name), tokens.size());
    return id || fallback < 0 || static_cast<std::size_t>(fallback) >= tokens.size() ? id : fallback;
  };
  const bool word_piece = std::string_view(defaults.model) == "bert";
  special.bos = id_of("bos", defaults.bos);
  special.unknown = id_of("unknown", defaults.unknown);
  special.padding = id_of("padding", -1);
  if (word_piece && gguf.has("tokenizer.ggml.cls_token_id")) special.bos = id_of("cls", -1);
  special.add_bos = adds_bos(gguf, defaults.add_bos);
  special.add_eos = gguf_flag(gguf, "tokenizer.ggml.add_eos_token", defaults.add_eos);
  // A WordPiece text ends with the separator, whose key is spelt so.
  const auto end =
      word_piece && gguf.has("tokenizer.ggml.seperator_token_id") ? id_of("seperator", -1) : id_of("eos", defaults.eos);
  for (const auto& id : {turn_end(gguf, tokens), id_of("eot", -1), end}) {
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
