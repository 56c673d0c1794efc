// SentencePiece vocabularies in GGUF files: pieces with scores, cut by merges or by likelihood.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/error.h"
#include "model/gguf_vocabularies.h"
#include "text/base64.h"
#include "text/utf8.h"

namespace llmops::model {
namespace {

constexpr const char* kSpace = "\u2581";

std::string charsmap_of(const Gguf& gguf) {
  const char* key = "tokenizer.ggml.precompiled_charsmap";
  std::string bytes;
  if (!gguf.has(key)) return bytes;
  for (const std::int64_t byte : gguf.integers(key)) bytes += static_cast<char>(byte);
  return bytes;
}

struct Merge {
  float score;
  std::size_t left_length, right_length;  // characters
  std::size_t left_id, right_id;
};

// The pairs that make each piece, best piece first, as transformers writes them when it converts such a model.
std::vector<Merge> merges_of(const text::SentencePieceData& data) {
  std::unordered_map<std::string_view, std::size_t> ids;
  for (std::size_t id = 0; id < data.pieces.size(); ++id) ids.emplace(data.pieces[id].text, id);
  std::vector<Merge> merges;
  for (const auto& piece : data.pieces) {
    if (piece.kind != text::SentencePieceData::Kind::kNormal) continue;
    const std::string_view whole = piece.text;
    const std::size_t first = merges.size();
    const std::size_t length = text::utf8_length(whole);
    std::size_t characters = 0;
    for (std::size_t at = text::utf8_step(whole, 0).length; at < whole.size();
         at += text::utf8_step(whole, at).length) {
      ++characters;
      const auto left = ids.find(whole.substr(0, at));
      const auto right = left == ids.end() ? ids.end() : ids.find(whole.substr(at));
      if (right == ids.end()) continue;
      merges.push_back({piece.score, characters, length - characters, left->second, right->second});
    }
    std::sort(merges.begin() + static_cast<std::ptrdiff_t>(first), merges.end(), [](const Merge& a, const Merge& b) {
      return std::pair(a.left_id, a.right_id) < std::pair(b.left_id, b.right_id);
    });
  }
  std::stable_sort(merges.begin(), merges.end(), [](const Merge& a, const Merge& b) {
    return std::tuple(a.score, a.left_length, a.right_length) > std::tuple(b.score, b.left_length, b.right_length);
  });
  return merges;
}

Json split_by(const char* type, const char* key, Json parts) { return {{"type", type}, {key, std::move(parts)}}; }

Json replace(Json pattern, const char* content) {
  return {{"type", "Replace"}, {"pattern", std::move(pattern)}, {"content", content}};
}

}  // namespace

text::SentencePieceData gguf_sentencepiece(const Gguf& gguf, text::SpecialTokens& special) {
  using Data = text::SentencePieceData;
  const std::string origin = gguf.path().string();
  const bool merged = gguf_vocabulary_kind(gguf) == GgufVocabularyKind::kSentencePiece;
  std::vector<std::string> tokens = gguf_tokens(gguf);
  const std::vector<GgufTokenKind> kinds = gguf_token_kinds(gguf, tokens.size());
  const std::vector<float> scores = gguf.floats("tokenizer.ggml.scores");
  if (scores.size() != tokens.size()) {
    throw InputError(
        fmt::format("{}: tokenizer.ggml.scores has {} scores for {} tokens", origin, scores.size(), tokens.size()));
  }
  Data data;
  data.algorithm = merged ? Data::Algorithm::kBpe : Data::Algorithm::kUnigram;
  data.charsmap = charsmap_of(gguf);
  data.add_dummy_prefix = gguf_flag(gguf, "tokenizer.ggml.add_space_prefix", true);
  data.remove_extra_spaces = gguf_flag(gguf, "tokenizer.ggml.remove_extra_whitespaces", false);
  const GgufSpecialTokens ids = gguf_special_tokens(gguf);
  std::size_t bytes = 0;
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    GgufTokenKind kind = kinds[id];
    if (kind == GgufTokenKind::kByte) ++bytes;
    if (ids.unknown == static_cast<int>(id)) kind = GgufTokenKind::kUnknown;
    if (kind == GgufTokenKind::kUnknown && ids.unknown && ids.unknown != static_cast<int>(id)) {
      kind = GgufTokenKind::kControl;
    }
    if (kind == GgufTokenKind::kUserDefined) {
      text::AddedToken token;
      token.id = static_cast<text::TokenId>(id);
      token.content = tokens[id];
      special.added.push_back(std::move(token));
      kind = GgufTokenKind::kUnused;
    }
    data.pieces.push_back({std::move(tokens[id]), scores[id], static_cast<Data::Kind>(kind)});
  }
  data.byte_fallback = bytes == 256;
  check_sentencepiece(data, origin);
  data.bos_id = ids.bos.value_or(-1);
  data.eos_id = ids.end.value_or(-1);
  return data;
}

Json gguf_sentencepiece_json(const Gguf& gguf) {
  text::SpecialTokens special;
  const text::SentencePieceData data = gguf_sentencepiece(gguf, special);
  const std::vector<std::string> tokens = gguf_tokens(gguf);
  const std::vector<GgufTokenKind> kinds = gguf_token_kinds(gguf, tokens.size());
  Json merges = Json::array();
  for (const Merge& merge : merges_of(data)) {
    merges.push_back(Json::array({data.pieces[merge.left_id].text, data.pieces[merge.right_id].text}));
  }
  Json model = {{"type", "BPE"},
                {"dropout", nullptr},
                {"unk_token", data.pieces[static_cast<std::size_t>(data.unk_id)].text},
                {"continuing_subword_prefix", nullptr},
                {"end_of_word_suffix", nullptr},
                {"fuse_unk", true},
                {"byte_fallback", data.byte_fallback},
                {"ignore_merges", false}};
  model["vocab"] = gguf_vocab_object(gguf, tokens, kinds);
  model["merges"] = std::move(merges);
  Json normalizers = Json::array();
  Json decoders = Json::array({replace({{"String", kSpace}}, " "), {{"type", "ByteFallback"}}, {{"type", "Fuse"}}});
  if (data.add_dummy_prefix) {
    normalizers.push_back({{"type", "Prepend"}, {"prepend", kSpace}});
    decoders.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
  }
  normalizers.push_back(replace({{"String", " "}}, kSpace));
  return {{"added_tokens", gguf_added_tokens(tokens, kinds, GgufTokenKind::kUnknown)},
          {"normalizer", split_by("Sequence", "normalizers", std::move(normalizers))},
          {"pre_tokenizer", nullptr},
          {"decoder", split_by("Sequence", "decoders", std::move(decoders))},
          {"model", std::move(model)}};
}

Json gguf_unigram_json(const Gguf& gguf) {
  text::SpecialTokens special;
  const text::SentencePieceData data = gguf_sentencepiece(gguf, special);
  const std::vector<std::string> tokens = gguf_tokens(gguf);
  const std::vector<GgufTokenKind> kinds = gguf_token_kinds(gguf, tokens.size());
  Json vocab = Json::array();
  for (const auto& piece : data.pieces) vocab.push_back(Json::array({piece.text, piece.score}));
  Json normalizers = Json::array();
  if (!data.charsmap.empty()) {
    normalizers.push_back({{"type", "Precompiled"}, {"precompiled_charsmap", text::encode_base64(data.charsmap)}});
  }
  if (data.remove_extra_spaces) {
    normalizers.push_back({{"type", "Strip"}, {"strip_left", true}, {"strip_right", true}});
    normalizers.push_back(replace({{"Regex", " {2,}"}}, " "));
  }
  const Json metaspace = {{"type", "Metaspace"},
                          {"replacement", kSpace},
                          {"prepend_scheme", data.add_dummy_prefix ? "always" : "never"},
                          {"split", true}};
  return {{"added_tokens", gguf_added_tokens(tokens, kinds, GgufTokenKind::kUnknown)},
          {"normalizer", split_by("Sequence", "normalizers", std::move(normalizers))},
          {"pre_tokenizer", metaspace},
          {"decoder", metaspace},
          {"model",
           {{"type", "Unigram"},
            {"unk_id", data.unk_id},
            {"vocab", std::move(vocab)},
            {"byte_fallback", data.byte_fallback}}}};
}

}  // namespace llmops::model
