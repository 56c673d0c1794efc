// SentencePiece's compiled normalization rules: from beginnings of a text to what stands for them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::text {

/// A double-array trie whose values are offsets into a block of texts that end with NUL.
/// Source: Yata et al., 2007, "A compact static double-array keeping character codes"; the layout is darts-clone's.
class Charsmap {
 public:
  struct Match {
    std::size_t length = 0;  ///< bytes of the text that it stands for
    std::string_view replacement;
  };

  Charsmap() = default;
  /// @param blob  size of the trie in bytes (uint32), the trie, the texts; all little-endian
  /// @throws InputError  when the sizes do not fit
  Charsmap(std::string_view blob, const std::string& origin);

  bool empty() const { return units_.empty(); }
  /// The shortest or the longest rule that `text` begins with.
  /// @throws InputError  when a rule's value lies outside of the texts
  std::optional<Match> shortest(std::string_view text) const { return find(text, false); }
  std::optional<Match> longest(std::string_view text) const { return find(text, true); }

 private:
  std::optional<Match> find(std::string_view text, bool longest) const;
  Match match(std::size_t length, std::uint32_t value) const;

  std::vector<std::uint32_t> units_;
  std::string texts_;
  std::string origin_;
};

}  // namespace llmops::text
