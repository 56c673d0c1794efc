// GGUF's keys for byte-level BPE and SentencePiece vocabularies.
#include "quant/gguf_tokenizer_keys.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "core/error.h"
#include "core/files.h"
#include "model/gguf_pre_tokenizer.h"
#include "model/gguf_special_tokens.h"
#include "model/gguf_types.h"
#include "text/chat_template.h"
#include "text/spm/sentencepiece_data.h"
#include "text/tokenizer.h"

namespace llmops::quant {
namespace {

namespace fs = std::filesystem;
using Kind = model::GgufTokenKind;
using model::GgufKey;

struct Vocabulary {
  std::vector<std::string> tokens;
  std::vector<std::int32_t> kinds;
  std::vector<float> scores;  ///< SentencePiece only

  explicit Vocabulary(std::size_t size) : tokens(size), kinds(size, static_cast<int>(Kind::kUnused)) {}

  void set(const std::string& origin, std::int64_t id, const std::string& token, Kind kind) {
    if (id < 0 || static_cast<std::size_t>(id) >= tokens.size()) {
      throw InputError(
          fmt::format("{}: token '{}' has id {}, the model has {} rows", origin, token, id, tokens.size()));
    }
    tokens[static_cast<std::size_t>(id)] = token;
    kinds[static_cast<std::size_t>(id)] = static_cast<int>(kind);
  }
  void name_unused() {
    for (std::size_t id = 0; id < tokens.size(); ++id) {
      if (kinds[id] == static_cast<int>(Kind::kUnused)) tokens[id] = fmt::format("[PAD{}]", id);
    }
  }
};

template <typename T>
GgufKey array(const std::string& name, model::GgufType type, const std::vector<T>& values) {
  auto list = std::make_shared<model::GgufArray>();
  list->type = static_cast<std::uint32_t>(type);
  list->values.assign(values.begin(), values.end());
  return {name, std::shared_ptr<const model::GgufArray>(std::move(list))};
}

/// Objects compare by content, whatever the order of their keys.
bool same(const Json& a, const Json& b) {
  return nlohmann::json::parse(dump_json(a)) == nlohmann::json::parse(dump_json(b));
}

Json part(const Json& tokenizer, const char* name) {
  const auto found = tokenizer.find(name);
  return found == tokenizer.end() ? Json(nullptr) : *found;
}

/// llama.cpp knows a tokenizer's splitting rules by name alone, so a name is given only where the rules are the same.
std::string pre_tokenizer_name(const Json& tokenizer, const std::string& origin) {
  for (const char* name : {"smollm", "llama-bpe", "qwen2", "gpt-2"}) {
    const model::GgufPreTokenizer known = model::gguf_pre_tokenizer(name, origin);
    if (same(known.pre_tokenizer, part(tokenizer, "pre_tokenizer")) &&
        same(known.normalizer, part(tokenizer, "normalizer"))) {
      return name;
    }
  }
  throw InputError(fmt::format("{}: llama.cpp has no name for this pre_tokenizer", origin),
                   "those of smollm, llama 3, qwen2 and gpt-2 can be written");
}

/// Older files write a merge as "a b", newer ones as ["a", "b"].
std::vector<std::string> merge_lines(const Json& model, const std::string& origin) {
  std::vector<std::string> lines;
  for (const Json& merge : json_get<Json>(model, "merges", origin)) {
    const bool pair = merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string();
    if (!pair && !merge.is_string()) throw InputError(fmt::format("{}: a merge is not a pair", origin));
    lines.push_back(pair ? merge[0].get<std::string>() + " " + merge[1].get<std::string>() : merge.get<std::string>());
  }
  return lines;
}

Vocabulary read_vocabulary(const Json& tokenizer, const Json& model, const std::string& origin, int vocab_size) {
  Vocabulary vocabulary(static_cast<std::size_t>(vocab_size));
  const Json vocab = json_get<Json>(model, "vocab", origin);
  for (const auto& [token, id] : vocab.items()) {
    if (!id.is_number_integer()) throw InputError(fmt::format("{}: token '{}' has no number", origin, token));
    vocabulary.set(origin, id.get<std::int64_t>(), token, Kind::kNormal);
  }
  for (const Json& added : json_get_or<Json>(tokenizer, "added_tokens", Json::array(), origin)) {
    const bool special = json_get_or<bool>(added, "special", false, origin);
    vocabulary.set(origin, json_get<std::int64_t>(added, "id", origin), json_get<std::string>(added, "content", origin),
                   special ? Kind::kControl : Kind::kUserDefined);
  }
  return vocabulary;
}

void add_byte_level(std::vector<GgufKey>& keys, Vocabulary vocabulary, const std::vector<std::string>& merges,
                    const std::string& pre) {
  vocabulary.name_unused();
  keys.push_back({"tokenizer.ggml.model", std::string("gpt2")});
  keys.push_back({"tokenizer.ggml.pre", pre});
  keys.push_back(array("tokenizer.ggml.tokens", model::GgufType::kString, vocabulary.tokens));
  keys.push_back(array("tokenizer.ggml.token_type", model::GgufType::kI32, vocabulary.kinds));
  keys.push_back(array("tokenizer.ggml.merges", model::GgufType::kString, merges));
}

/// @param kind  "llama" for pieces joined by merges, "t5" for those chosen by likelihood
void add_scored(std::vector<GgufKey>& keys, Vocabulary vocabulary, const char* kind = "llama") {
  vocabulary.name_unused();
  keys.push_back({"tokenizer.ggml.model", std::string(kind)});
  keys.push_back({"tokenizer.ggml.pre", std::string("default")});
  keys.push_back(array("tokenizer.ggml.tokens", model::GgufType::kString, vocabulary.tokens));
  keys.push_back(array("tokenizer.ggml.scores", model::GgufType::kF32, vocabulary.scores));
  keys.push_back(array("tokenizer.ggml.token_type", model::GgufType::kI32, vocabulary.kinds));
}

constexpr float kNeverChosen = -10000.0F;

/// "<0x0A>"
bool is_byte_piece(const std::string& token) {
  return token.size() == 6 && token.starts_with("<0x") && token.back() == '>';
}

/// Whether a space is put before the text: by a normalizer that prepends, or by Metaspace.
bool prepends_space(const Json& tokenizer) {
  const std::string normalizer = dump_json(part(tokenizer, "normalizer"));
  const Json pre = part(tokenizer, "pre_tokenizer");
  const std::string scheme = pre.is_object() ? pre.value("prepend_scheme", "always") : "never";
  return normalizer.find("\"Prepend\"") != std::string::npos || scheme != "never";
}

/// SentencePiece's BPE as tokenizer.json keeps it: the rank of the merge that makes a piece is its score.
void add_byte_fallback(std::vector<GgufKey>& keys, const Json& tokenizer, const Json& model, const std::string& origin,
                       int vocab_size) {
  Vocabulary vocabulary = read_vocabulary(tokenizer, model, origin, vocab_size);
  std::unordered_map<std::string, float> ranks;
  float rank = 0;
  for (std::string line : merge_lines(model, origin)) {
    line.erase(line.find(' '), 1);
    ranks.emplace(std::move(line), --rank);
  }
  const auto unknown = json_get_or<std::string>(model, "unk_token", "", origin);
  vocabulary.scores.assign(vocabulary.tokens.size(), kNeverChosen);
  for (std::size_t id = 0; id < vocabulary.tokens.size(); ++id) {
    const std::string& token = vocabulary.tokens[id];
    const auto found = ranks.find(token);
    if (found != ranks.end()) vocabulary.scores[id] = found->second;
    if (is_byte_piece(token)) vocabulary.kinds[id] = static_cast<int>(Kind::kByte);
    if (!unknown.empty() && token == unknown) {
      vocabulary.kinds[id] = static_cast<int>(Kind::kUnknown);
      keys.push_back({"tokenizer.ggml.unknown_token_id", static_cast<std::uint32_t>(id)});
    }
  }
  add_scored(keys, std::move(vocabulary));
  keys.push_back({"tokenizer.ggml.add_space_prefix", prepends_space(tokenizer)});
}

void add_bpe(std::vector<GgufKey>& keys, const fs::path& file, int vocab_size) {
  const std::string origin = file.string();
  const Json json = read_json_file(file);
  const Json model = json_get<Json>(json, "model", origin);
  if (json_get_or<std::string>(model, "type", "BPE", origin) != "BPE") {
    throw InputError(fmt::format("{}: only BPE can be written as GGUF", origin));
  }
  if (json_get_or<bool>(model, "byte_fallback", false, origin)) {
    add_byte_fallback(keys, json, model, origin, vocab_size);
  } else {
    add_byte_level(keys, read_vocabulary(json, model, origin, vocab_size), merge_lines(model, origin),
                   pre_tokenizer_name(json, origin));
  }
}

void add_sentencepiece(std::vector<GgufKey>& keys, const fs::path& file, int vocab_size) {
  using Data = text::SentencePieceData;
  const Data data = text::parse_sentencepiece(read_file(file), file.string());
  Vocabulary vocabulary(static_cast<std::size_t>(vocab_size));
  vocabulary.scores.assign(static_cast<std::size_t>(vocab_size), kNeverChosen);
  for (std::size_t id = 0; id < data.pieces.size(); ++id) {
    const Data::Piece& piece = data.pieces[id];
    vocabulary.set(file.string(), static_cast<std::int64_t>(id), piece.text, static_cast<Kind>(piece.kind));
    vocabulary.scores[id] = piece.score;
  }
  const bool merged = data.algorithm == Data::Algorithm::kBpe;
  if (!merged && data.algorithm != Data::Algorithm::kUnigram) {
    throw InputError(fmt::format("{}: GGUF has no vocabularies of words or characters", file.string()));
  }
  add_scored(keys, std::move(vocabulary), merged ? "llama" : "t5");
  keys.push_back({"tokenizer.ggml.unknown_token_id", static_cast<std::uint32_t>(data.unk_id)});
  keys.push_back({"tokenizer.ggml.add_space_prefix", data.add_dummy_prefix});
  keys.push_back({"tokenizer.ggml.remove_extra_whitespaces", data.remove_extra_spaces});
  if (!data.charsmap.empty()) {
    const std::vector<std::uint8_t> bytes(data.charsmap.begin(), data.charsmap.end());
    keys.push_back(array("tokenizer.ggml.precompiled_charsmap", model::GgufType::kU8, bytes));
  }
}

void add_special(std::vector<GgufKey>& keys, const text::Tokenizer& tokenizer) {
  const auto put = [&](const char* name, std::optional<text::TokenId> id) {
    if (id) keys.push_back({name, static_cast<std::uint32_t>(*id)});
  };
  put("tokenizer.ggml.bos_token_id", tokenizer.bos_id());
  put("tokenizer.ggml.eos_token_id", tokenizer.eos_id());
  const auto encoded = tokenizer.encode("a", /*add_special=*/true);
  keys.push_back({"tokenizer.ggml.add_bos_token",
                  tokenizer.bos_id().has_value() && !encoded.empty() && encoded.front() == *tokenizer.bos_id()});
  keys.push_back({"tokenizer.ggml.add_eos_token",
                  tokenizer.eos_id().has_value() && encoded.size() > 1 && encoded.back() == *tokenizer.eos_id()});
}

/// llama.cpp's converter, too, keeps only letters and digits of a template's name.
void add_chat_templates(std::vector<GgufKey>& keys, const text::ChatTemplate& chat) {
  std::vector<std::string> names;
  for (const text::NamedTemplate& one : chat.templates()) {
    if (one.name == "default") {
      keys.push_back({"tokenizer.chat_template", one.source});
      continue;
    }
    std::string name = one.name;
    std::replace_if(name.begin(), name.end(), [](unsigned char c) { return c > 0x7F || std::isalnum(c) == 0; }, '_');
    if (name.empty() || std::find(names.begin(), names.end(), name) != names.end()) continue;
    keys.push_back({"tokenizer.chat_template." + name, one.source});
    names.push_back(name);
  }
  if (!names.empty()) keys.push_back(array("tokenizer.chat_templates", model::GgufType::kString, names));
}

}  // namespace

std::vector<GgufKey> gguf_tokenizer_keys(const fs::path& model_dir, int vocab_size) {
  std::vector<GgufKey> keys;
  if (fs::exists(model_dir / "tokenizer.json")) {
    add_bpe(keys, model_dir / "tokenizer.json", vocab_size);
  } else if (fs::exists(model_dir / "tokenizer.model")) {
    add_sentencepiece(keys, model_dir / "tokenizer.model", vocab_size);
  } else {
    throw NotFoundError(fmt::format("{}: no tokenizer.json or tokenizer.model", model_dir.string()));
  }
  add_special(keys, *text::load_tokenizer(model_dir));
  if (const auto chat = text::load_chat_template(model_dir)) add_chat_templates(keys, *chat);
  return keys;
}

}  // namespace llmops::quant
