// Unigram: the most likely way to cut a word into pieces.
#include "text/models/unigram_model.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "text/models/best_path.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

// What an unknown character costs beyond the least likely piece.
constexpr double kUnknownPenalty = 10.0;

}  // namespace

UnigramModel::UnigramModel(const TokenizerFile& file) : origin_(file.origin) {
  const Json& model = *file.rules.find("model");
  const std::string where = file.origin + ": model";
  if (file.pieces.empty()) throw InputError(fmt::format("{}: 'vocab' is missing or empty", where));
  std::vector<PieceTrie::Piece> pieces;
  double least = std::numeric_limits<double>::infinity();
  for (const auto& [piece, score] : file.pieces) {
    const auto id = static_cast<TokenId>(scores_.size());
    if (!std::isfinite(score)) throw InputError(fmt::format("{}: the score of '{}' is {}", where, piece, score));
    if (!vocabulary_.add(piece, id)) {
      throw InputError(fmt::format("{}: piece '{}' is there twice, as {} and {}", where, piece,
                                   vocabulary_.find(piece).value_or(-1), id));
    }
    if (!piece.empty()) pieces.push_back({piece, id});
    scores_.push_back(score);
    least = std::min(least, score);
  }
  pieces_ = PieceTrie(std::move(pieces));
  unknown_score_ = least - kUnknownPenalty;
  byte_fallback_ = json_get_or(model, "byte_fallback", false, where);
  for (int byte = 0; byte < 256; ++byte) {
    byte_ids_[static_cast<std::size_t>(byte)] = vocabulary_.find(fmt::format("<0x{:02X}>", byte)).value_or(-1);
  }
  const auto unknown = json_get_or<std::int64_t>(model, "unk_id", -1, where);
  if (unknown >= vocabulary_.size()) {
    throw InputError(fmt::format("{}: unk_id {} is outside of the {} pieces", where, unknown, vocabulary_.size()));
  }
  if (unknown >= 0) unknown_ = static_cast<TokenId>(unknown);
}

void UnigramModel::encode_word(std::string_view word, std::vector<Symbol>& symbols) const {
  symbols.clear();
  if (word.empty()) return;
  const TokenId unknown = unknown_.value_or(-1);
  std::vector<PathNode<double>> nodes;
  find_best_path(
      word, pieces_, unknown, unknown_score_,
      [&](TokenId id, std::string_view) { return scores_[static_cast<std::size_t>(id)]; }, nodes);
  for (auto end = static_cast<std::uint32_t>(word.size()); end > 0;) {
    std::uint32_t begin = nodes[end].begin;
    const TokenId id = nodes[end].id;
    while (id == unknown && begin > 0 && nodes[begin].id == unknown) begin = nodes[begin].begin;
    if (id == unknown) {
      append_unknown(word, {id, begin, end}, symbols);
    } else {
      symbols.push_back({id, begin, end});
    }
    end = begin;
  }
  std::reverse(symbols.begin(), symbols.end());
}

void UnigramModel::append_unknown(std::string_view word, Symbol unknown, std::vector<Symbol>& reversed) const {
  const std::string_view text = word.substr(unknown.begin, unknown.end - unknown.begin);
  const auto byte_id = [&](char byte) { return byte_ids_[static_cast<unsigned char>(byte)]; };
  if (byte_fallback_ && std::all_of(text.begin(), text.end(), [&](char byte) { return byte_id(byte) >= 0; })) {
    for (std::uint32_t i = unknown.end; i > unknown.begin; --i) reversed.push_back({byte_id(word[i - 1]), i - 1, i});
    return;
  }
  if (unknown.id < 0) {
    throw InputError(fmt::format("{}: '{}' is not in the vocabulary, which has no unk_id", origin_,
                                 utf8_repair(text.substr(0, 60))));
  }
  reversed.push_back(unknown);
}

}  // namespace llmops::text
