// Sets of characters as regular expressions write them ("[^\r\n\p{L}]"), answered by a table for ASCII and by general
// category beyond it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace llmops::text {

/// Bits of a set of categories: U_GC_*_MASK of ICU, and one of our own, with which White_Space too is a set of them.
using CategoryMask = std::uint32_t;
constexpr CategoryMask kNextLine = CategoryMask{1} << 30;  ///< U+0085, which is white space, unlike the rest of Cc

/// The one bit of a character.
CategoryMask category_bit(char32_t c);

/// Category names as in \p{...}: "L", "Lu", "Sm"; none for a script or another property.
std::optional<CategoryMask> named_category(std::string_view name);

/// A value; build it with the add functions, then perhaps negate(), then ask.
class CharacterSet {
 public:
  static CharacterSet of(char32_t c);

  void add(char32_t first, char32_t last);
  void add_categories(CategoryMask mask);
  void add_white_space();               ///< \s
  void add(const CharacterSet& other);  ///< @pre other.is_plain()
  void negate();

  bool contains(char32_t c) const {
    if (c < 0x80) return ascii_[c];
    return contains_beyond_ascii(c);
  }
  bool contains_ascii(unsigned char c) const { return ascii_[c]; }
  /// Whether some character beyond ASCII of these categories may be in the set.
  bool may_contain(CategoryMask mask) const { return !ranges_.empty() || (categories_ & mask) != 0; }
  /// False where no character is in both; true where that is not known.
  bool may_overlap(const CharacterSet& other) const;
  /// Whether another set can be joined to it by add().
  bool is_plain() const { return ranges_.empty() || !negated_; }

 private:
  bool contains_beyond_ascii(char32_t c) const;

  std::array<bool, 128> ascii_{};
  CategoryMask categories_ = 0;                        // beyond ASCII; already negated
  std::vector<std::pair<char32_t, char32_t>> ranges_;  // beyond ASCII; both ends included
  bool negated_ = false;                               // of ranges_: they are taken out instead of put in
};

}  // namespace llmops::text
