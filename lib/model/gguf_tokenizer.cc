// A GGUF file's tokenizer as tokenizer.json and tokenizer_config.json.
#include <fmt/format.h>

#include "model/gguf_checkpoint.h"
#include "model/gguf_special_tokens.h"
#include "model/gguf_vocabularies.h"
#include "text/spm/sentencepiece_tokenizer.h"

namespace llmops::model {
namespace {

std::string optional_string(const Gguf& gguf, const char* key) { return gguf.has(key) ? gguf.string(key) : ""; }

Json parts_of(const Gguf& gguf) {
  switch (gguf_vocabulary_kind(gguf)) {
    case GgufVocabularyKind::kBpe: return gguf_bpe_json(gguf);
    case GgufVocabularyKind::kSentencePiece: return gguf_sentencepiece_json(gguf);
    case GgufVocabularyKind::kUnigram: return gguf_unigram_json(gguf);
    case GgufVocabularyKind::kWordPiece: break;
  }
  return gguf_word_piece_json(gguf);
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
  Json json = {{"version", "1.0"}, {"truncation", nullptr}, {"padding", nullptr}};
  Json parts = parts_of(gguf);
  json["added_tokens"] = std::move(parts["added_tokens"]);
  json["normalizer"] = std::move(parts["normalizer"]);
  json["pre_tokenizer"] = std::move(parts["pre_tokenizer"]);
  json["post_processor"] = post_processor(gguf_special_tokens(gguf), gguf_tokens(gguf));
  json["decoder"] = std::move(parts["decoder"]);
  json["model"] = std::move(parts["model"]);
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
  const std::string length = optional_string(gguf, "general.architecture") + ".context_length";
  if (gguf.has(length)) json["model_max_length"] = gguf.integer(length);
  const std::string source = optional_string(gguf, "tokenizer.chat_template");
  if (!source.empty()) json["chat_template"] = source;
  return json;
}

std::unique_ptr<text::Tokenizer> load_gguf_tokenizer(const Gguf& gguf) {
  const std::string origin = gguf.path().string();
  const Json config = gguf_tokenizer_config_json(gguf);
  const GgufVocabularyKind kind = gguf_vocabulary_kind(gguf);
  if (kind != GgufVocabularyKind::kSentencePiece && kind != GgufVocabularyKind::kUnigram) {
    return text::make_tokenizer(gguf_tokenizer_json(gguf), config, origin);
  }
  // The pieces themselves, because merges can say their scores only where no two are equal.
  text::SpecialTokens special = text::read_special_tokens(config, origin);
  const GgufSpecialTokens ids = gguf_special_tokens(gguf);
  special.add_bos = ids.add_bos && ids.bos;
  special.add_eos = ids.add_eos && ids.end;
  text::SentencePieceData data = gguf_sentencepiece(gguf, special);
  return text::make_sentencepiece_tokenizer(std::move(data), special, origin);
}

std::vector<text::NamedTemplate> gguf_chat_templates(const Gguf& gguf) {
  const std::string own = "tokenizer.chat_template";
  std::vector<text::NamedTemplate> templates;
  for (const GgufKey& key : gguf.keys()) {
    if (key.name != own && !key.name.starts_with(own + ".")) continue;
    std::string source = gguf.string(key.name);
    if (source.empty()) continue;
    templates.push_back({key.name == own ? "default" : key.name.substr(own.size() + 1), std::move(source)});
  }
  return templates;
}

std::unique_ptr<text::ChatTemplate> load_gguf_chat_template(const Gguf& gguf) {
  std::vector<text::NamedTemplate> templates = gguf_chat_templates(gguf);
  if (templates.empty()) return nullptr;
  const Json names = gguf_tokenizer_config_json(gguf);
  return std::make_unique<text::ChatTemplate>(std::move(templates), names.value("bos_token", ""),
                                              names.value("eos_token", ""));
}

}  // namespace llmops::model
