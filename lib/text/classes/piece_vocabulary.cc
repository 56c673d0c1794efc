// The vocabulary and the model of a tokenizer.json, made of a SentencePiece model as a tokenizer class numbers it.
#include "text/classes/piece_vocabulary.h"

#include <algorithm>

#include "text/bpe/vocabulary.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

using Pieces = std::vector<std::pair<std::string, double>>;

constexpr double kNeverLikely = -100;  // of placeholders

void append_from(const SentencePieceData& data, std::size_t first, Pieces& pieces) {
  for (std::size_t id = first; id < data.pieces.size(); ++id) {
    pieces.emplace_back(data.pieces[id].text, data.pieces[id].score);
  }
}

void append_if_named(const std::string& text, Pieces& pieces) {
  if (!text.empty()) pieces.emplace_back(text, 0.0);
}

/// Texts and scores by id.
Pieces numbered(const SentencePieceData& data, const ClassSettings& settings) {
  Pieces pieces;
  const auto named = [&](std::initializer_list<const char*> keys) {
    for (const char* key : keys) append_if_named(settings.text(key), pieces);
  };
  const PieceOrder order = settings.kind().order;
  switch (order) {
    case PieceOrder::kAsTheyAre:
    case PieceOrder::kExtraIds: append_from(data, 0, pieces); break;
    case PieceOrder::kFairseq:
      named({settings.text("bos_token").empty() ? "cls_token" : "bos_token", "pad_token", "eos_token", "unk_token"});
      append_from(data, 3, pieces);
      if (settings.kind().languages != nullptr) {
        for (const std::string_view code : *settings.kind().languages) pieces.emplace_back(code, 0.0);
      }
      named({"mask_token"});
      break;
    case PieceOrder::kMerged: {
      named({"bos_token", "pad_token", "eos_token", "unk_token"});
      const Pieces first = pieces;
      for (const auto& piece : data.pieces) {
        const bool there =
            std::any_of(first.begin(), first.end(), [&](const auto& p) { return p.first == piece.text; });
        if (!there) pieces.emplace_back(piece.text, piece.score);
      }
      break;
    }
    case PieceOrder::kCamembert:
      pieces.emplace_back("<s>NOTUSED", 0.0);
      named({"pad_token"});
      pieces.emplace_back("</s>NOTUSED", 0.0);
      named({"unk_token"});
      pieces.emplace_back("<unk>NOTUSED", kNeverLikely);
      append_from(data, 1, pieces);
      named({"mask_token"});
      break;
    case PieceOrder::kPegasus:
      named({"pad_token", "eos_token"});
      pieces.emplace_back("<mask_1>", 0.0);
      named({"mask_token"});
      for (const std::string& text : counted_tokens(settings)) {
        if (text != "<mask_1>") pieces.emplace_back(text, kNeverLikely);
      }
      append_from(data, 2, pieces);
      break;
  }
  if (order == PieceOrder::kExtraIds) {
    for (std::string& text : counted_tokens(settings)) pieces.emplace_back(std::move(text), 0.0);
  }
  return pieces;
}

/// Every pair that makes a piece; pieces in the order of the model file's ids, shorter beginnings first.
std::vector<std::pair<std::string, std::string>> merges_of(const SentencePieceData& data) {
  StringIndex known;
  for (std::size_t id = 0; id < data.pieces.size(); ++id) known.insert(data.pieces[id].text, static_cast<TokenId>(id));
  std::vector<std::pair<std::string, std::string>> merges;
  for (const SentencePieceData::Piece& piece : data.pieces) {
    const std::string_view whole = piece.text;
    for (std::size_t at = utf8_step(whole, 0).length; at < whole.size(); at += utf8_step(whole, at).length) {
      if (!known.find(whole.substr(0, at)) || !known.find(whole.substr(at))) continue;
      merges.emplace_back(whole.substr(0, at), whole.substr(at));
    }
  }
  return merges;
}

}  // namespace

void add_piece_vocabulary(const SentencePieceData& data, const ClassSettings& settings, TokenizerFile& file) {
  Pieces pieces = numbered(data, settings);
  const std::string unknown = settings.text("unk_token");
  if (settings.kind().kind == VocabularyKind::kUnigram) {
    const auto found = std::find_if(pieces.begin(), pieces.end(), [&](const auto& p) { return p.first == unknown; });
    const std::int64_t id = found == pieces.end() ? data.unk_id : found - pieces.begin();
    file.rules["model"] = {{"type", "Unigram"}, {"unk_id", id}, {"byte_fallback", false}};
    file.pieces = std::move(pieces);
    return;
  }
  // LlamaTokenizer leaves out what it has no bytes for.
  const bool bytes = settings.kind().kind == VocabularyKind::kByteMerges;
  const bool knows_unknown = !bytes || settings.option("knows_unknown");
  file.rules["model"] = {{"type", "BPE"}, {"fuse_unk", true}, {"byte_fallback", bytes}};
  if (knows_unknown && !unknown.empty()) file.rules["model"]["unk_token"] = unknown;
  for (std::size_t id = 0; id < pieces.size(); ++id) {
    file.vocab.emplace_back(std::move(pieces[id].first), static_cast<TokenId>(id));
  }
  file.merges = merges_of(data);
}

std::vector<AddedToken> marked_pieces(const SentencePieceData& data) {
  std::vector<AddedToken> tokens;
  for (const SentencePieceData::Piece& piece : data.pieces) {
    const bool control = piece.kind == SentencePieceData::Kind::kControl;
    if (!control && piece.kind != SentencePieceData::Kind::kUserDefined) continue;
    AddedToken token;
    token.content = piece.text;
    token.special = control;
    tokens.push_back(std::move(token));
  }
  return tokens;
}

}  // namespace llmops::text
