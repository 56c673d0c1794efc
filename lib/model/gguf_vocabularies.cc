// What GGUF's vocabularies share, and byte-level BPE.
#include "model/gguf_vocabularies.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "core/error.h"
#include "core/spelling.h"
#include "model/gguf_pre_tokenizer.h"
#include "text/bpe/bpe_options.h"

namespace llmops::model {
namespace {

struct KindName {
  const char* name;
  GgufVocabularyKind kind;
};

constexpr KindName kKinds[] = {
    {"gpt2", GgufVocabularyKind::kBpe},
    {"llama", GgufVocabularyKind::kSentencePiece},
    {"t5", GgufVocabularyKind::kUnigram},
    {"bert", GgufVocabularyKind::kWordPiece},
};

}  // namespace

GgufVocabularyKind gguf_vocabulary_kind(const Gguf& gguf) {
  const std::string name = gguf.string("tokenizer.ggml.model");
  std::vector<std::string> known;
  for (const KindName& kind : kKinds) {
    if (name == kind.name) return kind.kind;
    known.emplace_back(kind.name);
  }
  throw InputError(
      fmt::format("{}: 'tokenizer.ggml.model' is '{}', which is not supported", gguf.path().string(), name),
      did_you_mean(name, known, "supported are gpt2, llama, t5 and bert"));
}

bool gguf_flag(const Gguf& gguf, const std::string& key, bool fallback) {
  const GgufValue* value = gguf.find(key);
  if (value == nullptr) return fallback;
  const bool* held = std::get_if<bool>(value);
  return held != nullptr ? *held : gguf.integer(key) != 0;
}

Json gguf_vocab_object(const Gguf& gguf, const std::vector<std::string>& tokens,
                       const std::vector<GgufTokenKind>& kinds) {
  Json vocab = Json::object();
  auto& entries = vocab.get_ref<Json::object_t&>();
  entries.reserve(tokens.size());
  std::unordered_map<std::string_view, std::size_t> seen;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (kinds[id] == GgufTokenKind::kUnused) continue;  // padding of the embedding, not in the model's own vocabulary
    const auto [first, fresh] = seen.emplace(tokens[id], id);
    if (!fresh) {
      throw InputError(fmt::format("{}: tokens {} and {} are the same text", gguf.path().string(), first->second, id));
    }
    entries.emplace_back(tokens[id], id);  // looking each key up, as operator[] does, would take quadratic time
  }
  return vocab;
}

Json gguf_added_tokens(const std::vector<std::string>& tokens, const std::vector<GgufTokenKind>& kinds,
                       GgufTokenKind also) {
  Json added = Json::array();
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    const bool user_defined = kinds[id] == GgufTokenKind::kUserDefined;
    if (kinds[id] != GgufTokenKind::kControl && kinds[id] != also && !user_defined) continue;
    added.push_back({{"id", id},
                     {"content", tokens[id]},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", !user_defined}});
  }
  return added;
}

Json gguf_bpe_json(const Gguf& gguf) {
  const std::string origin = gguf.path().string();
  const std::vector<std::string> tokens = gguf_tokens(gguf);
  const std::vector<GgufTokenKind> kinds = gguf_token_kinds(gguf, tokens.size());
  const std::string name = gguf.has("tokenizer.ggml.pre") ? gguf.string("tokenizer.ggml.pre") : "";
  const GgufPreTokenizer pre = gguf_pre_tokenizer(name, origin);
  Json merges = Json::array();
  for (std::string& merge : gguf.strings("tokenizer.ggml.merges")) {
    if (merge.find(' ', 1) == std::string::npos) {
      throw InputError(fmt::format("{}: merge '{}' is not a pair", origin, merge));
    }
    merges.push_back(std::move(merge));
  }
  Json model = text::bpe_options_json({.ignore_merges = pre.ignore_merges});
  model["vocab"] = gguf_vocab_object(gguf, tokens, kinds);
  model["merges"] = std::move(merges);
  return {{"added_tokens", gguf_added_tokens(tokens, kinds)},
          {"normalizer", pre.normalizer},
          {"pre_tokenizer", pre.pre_tokenizer},
          {"decoder", {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}}},
          {"model", std::move(model)}};
}

}  // namespace llmops::model
