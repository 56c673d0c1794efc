// All tokens of a vocabulary in the order of their bytes, so that tokens that begin alike are read together.
#include "infer/grammar/token_trie.h"

#include <algorithm>

#include "infer/grammar/limits.h"

namespace llmops::infer::grammar {

TokenTrie::TokenTrie(const std::vector<std::string>& tokens, std::vector<TokenId> end_ids)
    : end_ids_(std::move(end_ids)) {
  std::erase_if(end_ids_, [&](TokenId id) { return id < 0 || static_cast<std::size_t>(id) >= tokens.size(); });
  offsets_.reserve(tokens.size() + 1);
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
    if (tokens[id].empty() || tokens[id].size() > kMaxTokenBytes || is_end(static_cast<TokenId>(id))) continue;
    bytes_ += tokens[id];
    sorted_.push_back(static_cast<TokenId>(id));
    longest_ = std::max(longest_, static_cast<std::uint32_t>(tokens[id].size()));
  }
  offsets_.push_back(static_cast<std::uint32_t>(bytes_.size()));
  std::ranges::stable_sort(sorted_, {}, [this](TokenId id) { return bytes(id); });

  nodes_.push_back({});
  std::vector<std::uint32_t> open = {0};  // the nodes of the last token's beginnings, by length
  std::string_view last;
  for (std::uint32_t i = 0; i < sorted_.size(); ++i) {
    const std::string_view token = bytes(sorted_[i]);
    const auto common = static_cast<std::size_t>(std::ranges::mismatch(last, token).in1 - last.begin());
    for (; open.size() > common + 1; open.pop_back()) {
      nodes_[open.back()].skip = static_cast<std::uint32_t>(nodes_.size());
    }
    for (std::size_t length = common; length < token.size(); ++length) {
      open.push_back(static_cast<std::uint32_t>(nodes_.size()));
      nodes_.push_back({0, i, static_cast<std::uint16_t>(length + 1), static_cast<std::uint8_t>(token[length])});
    }
    last = token;
  }
  for (const std::uint32_t node : open) nodes_[node].skip = static_cast<std::uint32_t>(nodes_.size());
}

std::shared_ptr<const TokenTrie> TokenTrie::of(const text::Tokenizer& tokenizer, std::vector<TokenId> end_ids) {
  if (end_ids.empty() && tokenizer.eos_id()) end_ids.push_back(*tokenizer.eos_id());
  std::vector<std::string> tokens(static_cast<std::size_t>(tokenizer.vocab_size()));
  for (std::size_t id = 0; id < tokens.size(); ++id) {
    tokens[id] = tokenizer.token_bytes(static_cast<TokenId>(id), /*skip_special=*/true);
  }
  return std::make_shared<const TokenTrie>(tokens, std::move(end_ids));
}

std::span<const TokenId> TokenTrie::tokens_at(std::uint32_t node) const {
  const std::size_t begin = nodes_[node].first_token;
  const std::size_t end = node + 1 < nodes_.size() ? nodes_[node + 1].first_token : sorted_.size();
  // A node whose bytes are no token begins where its first descendant does.
  return {sorted_.data() + begin, end - begin};
}

std::string_view TokenTrie::bytes(TokenId id) const {
  if (id < 0 || static_cast<std::size_t>(id) >= vocab_size()) return {};
  const auto at = static_cast<std::size_t>(id);
  return std::string_view(bytes_).substr(offsets_[at], offsets_[at + 1] - offsets_[at]);
}

bool TokenTrie::is_end(TokenId id) const { return std::ranges::find(end_ids_, id) != end_ids_.end(); }

}  // namespace llmops::infer::grammar
