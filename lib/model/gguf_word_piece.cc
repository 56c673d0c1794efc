// A WordPiece vocabulary in a GGUF file: pieces that begin a word carry U+2581, the others nothing.
#include "model/gguf_vocabularies.h"

namespace llmops::model {
namespace {

constexpr std::string_view kBeginsWord = "\u2581";

// As BERT's own files write it: "the" begins a word, "##the" does not, "[CLS]" is as it is.
std::string bert_spelling(const std::string& token, GgufTokenKind kind) {
  if (token.starts_with(kBeginsWord)) return token.substr(kBeginsWord.size());
  const bool bracketed = token.starts_with('[') && token.ends_with(']');
  return bracketed || kind != GgufTokenKind::kNormal ? token : "##" + token;
}

}  // namespace

Json gguf_word_piece_json(const Gguf& gguf) {
  std::vector<std::string> tokens = gguf_tokens(gguf);
  const std::vector<GgufTokenKind> kinds = gguf_token_kinds(gguf, tokens.size());
  for (std::size_t id = 0; id < tokens.size(); ++id) tokens[id] = bert_spelling(tokens[id], kinds[id]);
  const GgufSpecialTokens special = gguf_special_tokens(gguf);
  const bool lowercase = gguf_flag(gguf, "tokenizer.ggml.normalizer.lowercase", true);
  Json model = {{"type", "WordPiece"},
                {"unk_token", special.unknown ? tokens[static_cast<std::size_t>(*special.unknown)] : "[UNK]"},
                {"continuing_subword_prefix", "##"},
                {"max_input_chars_per_word", 100}};
  model["vocab"] = gguf_vocab_object(gguf, tokens, kinds);
  return {{"added_tokens", gguf_added_tokens(tokens, kinds, GgufTokenKind::kUnknown)},
          {"normalizer",
           {{"type", "BertNormalizer"},
            {"clean_text", true},
            {"handle_chinese_chars", true},
            {"strip_accents", nullptr},
            {"lowercase", lowercase}}},
          {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
          {"decoder", {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}}},
          {"model", std::move(model)}};
}

}  // namespace llmops::model
