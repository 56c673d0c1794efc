// A word's characters as tokens, before any merge.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/bpe/bpe_options.h"
#include "text/bpe/merge_table.h"
#include "text/bpe/vocabulary.h"

namespace llmops::text {

/// Immutable; shared between threads.
class InitialSymbols {
 public:
  /// @param byte_level  words come as bytes, each of which is a character of GPT-2's alphabet in the vocabulary
  InitialSymbols(const BpeOptions& options, bool byte_level, const Vocabulary& vocabulary, const std::string& origin);

  /// Appends the symbols of `word`, whose characters are UTF-8; bytes that are not count as U+FFFD, or as themselves
  /// where the vocabulary has byte tokens.
  /// @throws InputError  for an unknown character where the vocabulary lacks the unknown token that the file names
  void split(std::string_view word, std::vector<Symbol>& symbols) const;

 private:
  struct Character;  // of a word
  struct Pending;    // unknown characters not yet written
  void add(const Character& character, Pending& pending, std::vector<Symbol>& symbols) const;
  std::string written(std::string_view text, bool first, bool last) const;
  bool fall_back(const Character& character, std::string_view text, std::vector<Symbol>& symbols) const;
  void add_unknown(const Character& character, Pending& pending, std::vector<Symbol>& symbols) const;

  BpeOptions options_;
  bool byte_level_;
  std::string origin_;
  StringIndex characters_;  // tokens short enough to be one, of the model alone: none that are added later
  std::optional<TokenId> unknown_;
  std::array<TokenId, 256> byte_tokens_{};  // of "<0x0A>"; -1 where the vocabulary has none
  // Of single bytes (of ASCII only where characters are not bytes) by [first of its word][last of its word]; -1: none.
  std::array<TokenId, 256> single_[2][2]{};
};

}  // namespace llmops::text
