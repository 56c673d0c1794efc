// WordPiece: each word as the longest pieces that fit, from its beginning on.
#include "text/models/word_piece_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/utf8.h"

namespace llmops::text {

WordPieceModel::WordPieceModel(const TokenizerFile& file) {
  add_vocabulary(file, vocabulary_);
  const Json& model = *file.rules.find("model");
  const std::string where = file.origin + ": model";
  const auto prefix = json_get_or<std::string>(model, "continuing_subword_prefix", "##", where);
  const auto most = json_get_or<std::int64_t>(model, "max_input_chars_per_word", 100, where);
  if (most < 0) throw InputError(fmt::format("{}: 'max_input_chars_per_word' is {}", where, most));
  max_characters_ = static_cast<std::size_t>(most);
  for (const auto& [token, id] : file.vocab) {
    beginnings_.insert(token, id);
    if (token.starts_with(prefix)) continuations_.insert(std::string_view(token).substr(prefix.size()), id);
    longest_ = std::max(longest_, token.size());
  }
  unknown_ = vocabulary_.find(json_get_or<std::string>(model, "unk_token", "[UNK]", where));
}

std::optional<Symbol> WordPieceModel::longest_piece(std::string_view word, std::size_t at) const {
  const StringIndex& index = at == 0 ? beginnings_ : continuations_;
  for (std::size_t end = std::min(word.size(), at + longest_); end > at; --end) {
    const bool inside = end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80;
    if (inside) continue;
    if (const auto id = index.find(word.substr(at, end - at))) {
      return Symbol{*id, static_cast<std::uint32_t>(at), static_cast<std::uint32_t>(end)};
    }
  }
  return std::nullopt;
}

void WordPieceModel::encode_word(std::string_view word, std::vector<Symbol>& symbols) const {
  symbols.clear();
  bool known = utf8_length(word) <= max_characters_;
  for (std::size_t at = 0; known && at < word.size();) {
    const auto piece = longest_piece(word, at);
    known = piece.has_value();
    if (!known) break;
    symbols.push_back(*piece);
    at = piece->end;
  }
  if (known) return;
  symbols.clear();
  if (unknown_) symbols.push_back({*unknown_, 0, static_cast<std::uint32_t>(word.size())});
}

}  // namespace llmops::text
