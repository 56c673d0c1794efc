// All tokens of a vocabulary in the order of their bytes, so that tokens that begin alike are read together.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::infer::grammar {

using text::TokenId;

/// Immutable; one for a tokenizer, shared by all its grammars.
class TokenTrie {
 public:
  /// In preorder: what begins with a node's bytes lies in [node + 1, skip). Node 0 is the empty text.
  struct Node {
    std::uint32_t skip = 0;
    std::uint32_t first_token = 0;  ///< into the sorted tokens; those of the node end where the next node's begin
    std::uint16_t depth = 0;        ///< bytes
    std::uint8_t byte = 0;          ///< the last one
  };

  /// @param tokens   bytes by id; those that are empty or longer than kMaxTokenBytes are never allowed
  /// @param end_ids  tokens that end a text and are no part of it
  TokenTrie(const std::vector<std::string>& tokens, std::vector<TokenId> end_ids);
  /// Special tokens are never allowed, but for the ends. @param end_ids  the tokenizer's own where there are none
  static std::shared_ptr<const TokenTrie> of(const text::Tokenizer& tokenizer, std::vector<TokenId> end_ids = {});

  const std::vector<Node>& nodes() const { return nodes_; }
  std::span<const TokenId> tokens_at(std::uint32_t node) const;
  std::string_view bytes(TokenId id) const;  ///< "" for one that is never allowed
  bool is_end(TokenId id) const;
  const std::vector<TokenId>& end_ids() const { return end_ids_; }
  std::size_t vocab_size() const { return offsets_.size() - 1; }
  std::size_t mask_words() const { return (vocab_size() + 31) / 32; }
  std::uint32_t longest() const { return longest_; }  ///< token, bytes

 private:
  std::string bytes_;  // of all tokens, by id
  std::vector<std::uint32_t> offsets_;
  std::vector<TokenId> sorted_;
  std::vector<Node> nodes_;
  std::vector<TokenId> end_ids_;
  std::uint32_t longest_ = 0;
};

}  // namespace llmops::infer::grammar
