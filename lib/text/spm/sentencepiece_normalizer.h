// How a SentencePiece model changes text before it is cut: rules, spaces at the ends, spaces as U+2581.
#pragma once

#include <string>
#include <string_view>

#include "text/alignment.h"
#include "text/models/piece_trie.h"
#include "text/normalize/charsmap.h"
#include "text/spm/sentencepiece_data.h"

namespace llmops::text {

constexpr std::string_view kSpaceSymbol = "\u2581";

class SentencePieceNormalizer {
 public:
  /// @param user_defined  pieces that no rule changes; kept by reference
  SentencePieceNormalizer(const SentencePieceData& data, const PieceTrie& user_defined, const std::string& origin);

  /// @param base    where in the input `text` begins
  /// @param prefix  whether a space goes before (or behind) the text
  AlignedText apply(std::string_view text, std::size_t base, bool prefix) const;

 private:
  struct Chunk {
    std::string_view text;   // what stands for it
    std::size_t length = 0;  // bytes of the input
  };
  Chunk next_chunk(std::string_view text) const;
  void trim_end(AlignedText& out) const;

  const PieceTrie& user_defined_;
  Charsmap charsmap_;
  std::string space_;  // how a space is written
  bool remove_extra_spaces_;
  bool space_as_suffix_;
  bool keep_invalid_;  // bytes that are not UTF-8 stay for the byte pieces, else they become U+FFFD
};

/// Length of the longest piece that `text` begins with; 0 for none.
std::size_t longest_prefix(const PieceTrie& pieces, std::string_view text);

}  // namespace llmops::text
