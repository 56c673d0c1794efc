// The pieces of a SentencePiece model, and the ways to cut normalized text into them.
#include "text/spm/sentencepiece_model.h"

#include <algorithm>
#include <limits>

#include "text/models/best_path.h"
#include "text/pipeline/token_decoder.h"
#include "text/spm/merge_loop.h"
#include "text/spm/sentencepiece_normalizer.h"

namespace llmops::text {
namespace {

// What an unknown character costs beyond the least likely piece.
constexpr float kUnknownPenalty = 10.0F;
// A user-defined piece is better than certain, for each byte of it, so that of equal ways the one with fewest pieces
// wins. Measured on sentencepiece 0.2.3: "ab" wins against pieces that score up to 0.1 together, "abc" 0.2, a piece of
// ten bytes 0.9, whatever other pieces score.
constexpr float kUserDefinedBonus = 0.1F;
constexpr float kUserDefinedCost = 0.1F;

}  // namespace

SentencePieceModel::SentencePieceModel(SentencePieceData data) : data_(std::move(data)) {
  std::vector<PieceTrie::Piece> pieces;
  std::vector<PieceTrie::Piece> user_defined;
  least_score_ = std::numeric_limits<float>::max();
  if (data_.byte_fallback) byte_ids_.assign(256, data_.unk_id);
  for (std::size_t i = 0; i < data_.pieces.size(); ++i) {
    const SentencePieceData::Piece& piece = data_.pieces[i];
    const auto id = static_cast<TokenId>(i);
    ids_.insert(piece.text, id);
    const int byte = piece.kind == Kind::kByte && data_.byte_fallback ? byte_of_token(piece.text) : -1;
    if (byte >= 0) byte_ids_[static_cast<std::size_t>(byte)] = id;
    const bool cuttable =
        piece.kind == Kind::kNormal || piece.kind == Kind::kUserDefined || piece.kind == Kind::kUnused;
    if (!cuttable) continue;
    mergeable_.insert(piece.text, id);
    longest_ = std::max(longest_, piece.text.size());
    if (piece.kind == Kind::kUserDefined) user_defined.push_back({piece.text, id});
    if (piece.kind != Kind::kUnused) pieces.push_back({piece.text, id});
    if (piece.kind != Kind::kNormal) continue;
    least_score_ = std::min(least_score_, piece.score);
  }
  pieces_ = PieceTrie(std::move(pieces));
  user_defined_ = PieceTrie(std::move(user_defined));
}

std::vector<Symbol> SentencePieceModel::encode(std::string_view text) const {
  std::vector<Symbol> out;
  bool after_unknown = false;
  for (const Symbol& symbol : cut(text)) {
    const bool unknown = symbol.id == data_.unk_id;
    if (unknown && !byte_ids_.empty()) {
      for (std::uint32_t i = symbol.begin; i < symbol.end; ++i) {
        out.push_back({byte_ids_[static_cast<unsigned char>(text[i])], i, i + 1});
      }
    } else if (unknown && after_unknown) {
      out.back().end = symbol.end;
    } else {
      out.push_back(symbol);
    }
    after_unknown = unknown;
  }
  return out;
}

std::vector<Symbol> SentencePieceModel::cut(std::string_view text) const {
  switch (data_.algorithm) {
    case SentencePieceData::Algorithm::kUnigram: return cut_by_likelihood(text);
    case SentencePieceData::Algorithm::kBpe: return cut_by_merges(text);
    case SentencePieceData::Algorithm::kWord: return cut_into_words(text);
    case SentencePieceData::Algorithm::kCharacter: break;
  }
  return cut_into_characters(text);
}

std::vector<Symbol> SentencePieceModel::cut_by_likelihood(std::string_view text) const {
  std::vector<PathNode<float>> nodes;
  const auto score_of = [&](TokenId id, std::string_view text_of_piece) {
    const SentencePieceData::Piece& piece = data_.pieces[static_cast<std::size_t>(id)];
    if (piece.kind != Kind::kUserDefined) return piece.score;
    return static_cast<float>(text_of_piece.size()) * kUserDefinedBonus - kUserDefinedCost;
  };
  find_best_path(text, pieces_, data_.unk_id, least_score_ - kUnknownPenalty, score_of, nodes);
  std::vector<Symbol> symbols;
  for (auto end = static_cast<std::uint32_t>(text.size()); end > 0; end = nodes[end].begin) {
    symbols.push_back({nodes[end].id, nodes[end].begin, end});
  }
  std::reverse(symbols.begin(), symbols.end());
  return symbols;
}

std::vector<Symbol> SentencePieceModel::cut_into_characters(std::string_view text) const {
  std::vector<Symbol> symbols;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t length = longest_prefix(user_defined_, text.substr(at));
    if (length == 0) length = utf8_step(text, at).length;
    symbols.push_back(
        {id_of(text.substr(at, length)), static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(at + length)});
    at += length;
  }
  return symbols;
}

std::vector<Symbol> SentencePieceModel::cut_into_words(std::string_view text) const {
  std::vector<Symbol> symbols;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = text.find(kSpaceSymbol, begin + (data_.space_as_suffix ? 0 : 1));
    if (end != std::string_view::npos && data_.space_as_suffix) end += kSpaceSymbol.size();
    end = std::min(end, text.size());
    symbols.push_back(
        {id_of(text.substr(begin, end - begin)), static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
    begin = end;
  }
  return symbols;
}

std::vector<Symbol> SentencePieceModel::cut_by_merges(std::string_view text) const {
  std::vector<Symbol> symbols;
  MergeLoop::Rules rules{text, mergeable_, data_.pieces, longest_};
  for (const MergedPart& part : MergeLoop(rules).run(cut_into_characters(text), user_defined_)) {
    const std::string_view piece = text.substr(part.begin, part.end - part.begin);
    symbols.push_back({id_of(piece), part.begin, part.end});
  }
  return symbols;
}

}  // namespace llmops::text
