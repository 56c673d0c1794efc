// Capitalised words in a row, which a person's name may be part of.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace llmops::data::pii {

struct NameToken {
  std::size_t begin = 0, end = 0;  ///< without a possessive "'s" and the full stop of a title
  std::uint8_t flags = 0;          ///< NameFlag
  bool initial = false;            ///< "J.": `end` is behind the full stop
  bool particle = false;           ///< "van", "de la"
  bool capitals = false;           ///< "SMITH"
  bool possessive = false;

  bool is(std::uint8_t any_of) const { return (flags & any_of) != 0; }
};

constexpr std::size_t kMostNameTokens = 8;

struct NameRun {
  std::array<NameToken, kMostNameTokens> token;
  std::size_t count = 0;
  std::size_t end = 0;  ///< byte behind the last
};

/// Whether a capitalised word begins at `i`; with `uncased`, any word.
bool begins_name(std::string_view text, std::size_t i, bool uncased);

/// The words from `begin` on with single blanks between them, all capitalised but for particles.
/// @param uncased  the text has no capitals: any word may be a name
NameRun read_name_run(std::string_view text, std::size_t begin, bool uncased);

/// End of the word at `begin`: letters, with single hyphens and apostrophes between them.
std::size_t name_word_end(std::string_view text, std::size_t begin);

}  // namespace llmops::data::pii
