// The vocabulary: tokens by id and ids by token, each token as written and as the bytes it stands for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/tokenizer.h"

namespace llmops::text {

/// Strings to ids by open addressing: no allocation a look-up, and two memory accesses for most.
class StringIndex {
 public:
  /// @return false when the string was there, with another id or the same
  bool insert(std::string_view text, TokenId id);
  std::optional<TokenId> find(std::string_view text) const;
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::size_t begin = 0;
    std::uint32_t length = 0;
    TokenId id = 0;
  };
  void grow();
  std::string_view text_of(const Entry& entry) const { return {bytes_.data() + entry.begin, entry.length}; }

  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // entry + 1; 0 is empty
};

class Vocabulary {
 public:
  /// @return false when the id or the token is taken by another
  bool add(std::string_view token, TokenId id);
  /// Largest id + 1.
  int size() const { return static_cast<int>(tokens_.size()); }
  bool has(TokenId id) const { return id >= 0 && id < size() && present_[static_cast<std::size_t>(id)]; }
  const std::string& token(TokenId id) const { return tokens_[static_cast<std::size_t>(id)]; }
  std::optional<TokenId> find(std::string_view token) const { return index_.find(token); }

 private:
  std::vector<std::string> tokens_;
  std::vector<bool> present_;
  StringIndex index_;
};

}  // namespace llmops::text
