// The vocabulary: tokens by id and ids by token.
#include "text/bpe/vocabulary.h"

#include "core/hash.h"

namespace llmops::text {

bool StringIndex::insert(std::string_view text, TokenId id) {
  if (find(text)) return false;
  if (slots_.size() < 2 * (entries_.size() + 1)) grow();
  const std::uint64_t hash = xxh3_64(text);
  std::size_t slot = hash & (slots_.size() - 1);
  while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
  entries_.push_back({hash, bytes_.size(), static_cast<std::uint32_t>(text.size()), id});
  bytes_.append(text);
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
  return true;
}

std::optional<TokenId> StringIndex::find(std::string_view text) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint64_t hash = xxh3_64(text);
  for (std::size_t slot = hash & (slots_.size() - 1); slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const Entry& entry = entries_[slots_[slot] - 1];
    if (entry.hash == hash && text_of(entry) == text) return entry.id;
  }
  return std::nullopt;
}

void StringIndex::grow() {
  const std::size_t size = slots_.empty() ? 64 : 2 * slots_.size();
  slots_.assign(size, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].hash & (size - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (size - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

bool Vocabulary::add(std::string_view token, TokenId id) {
  if (has(id)) return this->token(id) == token;
  if (!index_.insert(token, id)) return false;
  const auto at = static_cast<std::size_t>(id);
  if (at >= tokens_.size()) {
    tokens_.resize(at + 1);
    present_.resize(at + 1);
  }
  tokens_[at] = token;
  present_[at] = true;
  return true;
}

}  // namespace llmops::text
