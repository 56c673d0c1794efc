// A GGUF file's tokenizer as tokenizer.json and tokenizer_config.json.
#include <fmt/format.h>

#include <string_view>
#include <unordered_map>

#include "core/error.h"
#include "model/gguf_checkpoint.h"
#include "model/gguf_pre_tokenizer.h"
#include "model/gguf_special_tokens.h"

namespace llmops::model {
namespace {

std::string optional_string(const Gguf& gguf, const char* key) { return gguf.has(key) ? gguf.string(key) : ""; }

void require_bpe(const Gguf& gguf) {
  const std::string kind = gguf.string("tokenizer.ggml.model");
  if (kind == "gpt2") return;
  const std::string shown = kind == "llama" ? "SentencePiece ('llama')" : fmt::format("'{}'", kind);
  throw InputError(fmt::format("{}: {} vocabularies in GGUF files are not supported yet", gguf.path().string(), shown),
                   "pull the model in Hugging Face layout, whose tokenizer.model is supported");
}

Json vocabulary(const Gguf& gguf, const std::vector<std::string>& tokens, const std::vector<GgufTokenKind>& kinds) {
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

Json added_tokens(const std::vector<std::string>& tokens, const std::vector<GgufTokenKind>& kinds) {
  Json added = Json::array();
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    if (kinds[id] != GgufTokenKind::kControl && kinds[id] != GgufTokenKind::kUserDefined) continue;
    added.push_back({{"id", id},
                     {"content", tokens[id]},
                     {"single_word", false},
                     {"lstrip", false},
                     {"rstrip", false},
                     {"normalized", false},
                     {"special", kinds[id] == GgufTokenKind::kControl}});
  }
  return added;
}

/// What is put around a text encoded with special tokens; null for nothing.
Json post_processor(const GgufSpecialTokens& special, const std::vector<std::string>& tokens) {
  const bool bos = special.add_bos && special.bos;
  const bool eos = special.add_eos && special.end;
  if (!bos && !eos) return nullptr;
  Json special_tokens = Json::object();
  Json single = Json::array();
  Json pair = Json::array();
  const auto put_special = [&](Json& list, int id, int type) {
    const std::string& text = tokens[static_cast<std::size_t>(id)];
    list.push_back({{"SpecialToken", {{"id", text}, {"type_id", type}}}});
    special_tokens[text] = {{"id", text}, {"ids", {id}}, {"tokens", {text}}};
  };
  const auto put_text = [&](Json& list, const char* name, int type) {
    if (bos) put_special(list, *special.bos, type);
    list.push_back({{"Sequence", {{"id", name}, {"type_id", type}}}});
    if (eos) put_special(list, *special.end, type);
  };
  put_text(single, "A", 0);
  put_text(pair, "A", 0);
  put_text(pair, "B", 1);
  return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", pair}, {"special_tokens", special_tokens}};
}

}  // namespace

Json gguf_tokenizer_json(const Gguf& gguf) {
  require_bpe(gguf);
  const std::string origin = gguf.path().string();
  const std::vector<std::string> tokens = gguf_tokens(gguf);
  const std::vector<GgufTokenKind> kinds = gguf_token_kinds(gguf, tokens.size());
  const GgufPreTokenizer pre = gguf_pre_tokenizer(optional_string(gguf, "tokenizer.ggml.pre"), origin);
  Json merges = Json::array();
  for (std::string& merge : gguf.strings("tokenizer.ggml.merges")) {
    if (merge.find(' ', 1) == std::string::npos)
      throw InputError(fmt::format("{}: merge '{}' is not a pair", origin, merge));
    merges.push_back(std::move(merge));
  }
  Json model = {{"type", "BPE"},
                {"dropout", nullptr},
                {"unk_token", nullptr},
                {"continuing_subword_prefix", nullptr},
                {"end_of_word_suffix", nullptr},
                {"fuse_unk", false},
                {"byte_fallback", false},
                {"ignore_merges", pre.ignore_merges}};
  model["vocab"] = vocabulary(gguf, tokens, kinds);
  model["merges"] = std::move(merges);
  Json json = {{"version", "1.0"}, {"truncation", nullptr}, {"padding", nullptr}};
  json["added_tokens"] = added_tokens(tokens, kinds);
  json["normalizer"] = pre.normalizer;
  json["pre_tokenizer"] = pre.pre_tokenizer;
  json["post_processor"] = post_processor(gguf_special_tokens(gguf), tokens);
  json["decoder"] = {{"type", "ByteLevel"}, {"add_prefix_space", true}, {"trim_offsets", true}, {"use_regex", true}};
  json["model"] = std::move(model);
  return json;
}

Json gguf_tokenizer_config_json(const Gguf& gguf) {
  const std::vector<std::string> tokens = gguf_tokens(gguf);
  const GgufSpecialTokens special = gguf_special_tokens(gguf);
  Json json = {{"tokenizer_class", "PreTrainedTokenizerFast"}};
  const auto put = [&](const char* key, const std::optional<int>& id) {
    if (id) json[key] = tokens[static_cast<std::size_t>(*id)];
  };
  put("bos_token", special.bos);
  put("eos_token", special.end);
  put("unk_token", special.unknown);
  put("pad_token", special.padding ? special.padding : special.end);
  json["clean_up_tokenization_spaces"] = false;
  const std::string length = gguf.string("general.architecture") + ".context_length";
  if (gguf.has(length)) json["model_max_length"] = gguf.integer(length);
  const std::string source = optional_string(gguf, "tokenizer.chat_template");
  if (!source.empty()) json["chat_template"] = source;
  return json;
}

std::unique_ptr<text::Tokenizer> load_gguf_tokenizer(const Gguf& gguf) {
  return text::make_tokenizer(gguf_tokenizer_json(gguf), gguf_tokenizer_config_json(gguf), gguf.path().string());
}

std::unique_ptr<text::ChatTemplate> load_gguf_chat_template(const Gguf& gguf) {
  const std::string source = optional_string(gguf, "tokenizer.chat_template");
  if (source.empty()) return nullptr;
  const Json names = gguf_tokenizer_config_json(gguf);
  return std::make_unique<text::ChatTemplate>(source, names.value("bos_token", ""), names.value("eos_token", ""));
}

}  // namespace llmops::model
