// Patterns that are alternatives of runs of characters, such as all published pre-tokenizers' are: matched several
// times faster than by a general engine, with the same result.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "text/character_set.h"
#include "text/range.h"

namespace llmops::text {

/// A part of an alternative.
struct RunItem {
  enum class Kind {
    kRun,      ///< `least` to `most` characters of `set`, as many as possible
    kWords,    ///< one of `words`, tried in order
    kNotNext,  ///< what follows is not of `set`; takes nothing
  };
  Kind kind = Kind::kRun;
  CharacterSet set;
  std::size_t least = 1;
  std::size_t most = 1;
  bool possessive = false;  ///< never gives back: it was asked for, or would not help what follows
  std::vector<std::vector<CharacterSet>> words;
};

using RunAlternative = std::vector<RunItem>;

/// Immutable; shared between threads.
class RunPattern {
 public:
  /// Understands alternatives of classes, \p{category}, \s, \d and literals with quantifiers, groups of literal words
  /// ("(?i:'s|'t)?") and "(?!set)".
  /// @return none for any other pattern, for one that may match nothing, and for one that could take quadratic time a
  /// match
  static std::optional<RunPattern> parse(std::string_view pattern);

  /// Appends all matches in order: at each place the first alternative that matches, as greedy as it can be.
  /// @param text  valid UTF-8; its ends are what the pattern sees as ends
  /// @param base  added to what is appended
  void find_all(std::string_view text, std::size_t base, std::vector<Range>& matches) const;

 private:
  explicit RunPattern(std::vector<RunAlternative> alternatives);
  // End of the match that begins at `at`, or `at` for none.
  std::size_t match_at(std::string_view text, std::size_t at) const;

  std::vector<RunAlternative> alternatives_;     // at most 32
  std::array<std::uint32_t, 128> by_ascii_{};    // a bit for each alternative that may begin with the character
  std::array<std::uint32_t, 32> by_category_{};  // the same for characters beyond ASCII, by the bit of their category
};

}  // namespace llmops::text
