// The words that the scanner of names knows, and the fold that makes "Müller" and "muller" one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace llmops::data::pii {

/// What a word is known as; more than one at a time.
enum NameFlag : std::uint8_t {
  kGivenName = 1,
  kSurname = 2,
  kAlsoWord = 4,       ///< "Will", "Rose"
  kNeverName = 8,      ///< "The", "Monday"
  kThing = 16,         ///< "University", "Inc"
  kTitle = 32,         ///< "Mr", "Frau"
  kPlaceName = 64,     ///< "Paris", "Ford": kAlsoWord as well
  kBeforePlace = 128,  ///< "San", "Lake"
};

// Words with blanks or line ends between them. Facts about names, collected from memory for this project.
extern const std::string_view kGivenNames;
extern const std::string_view kSurnames;
extern const std::string_view kAlsoWords;
extern const std::string_view kPlaceNames;
extern const std::string_view kBeforePlaces;
extern const std::string_view kNeverNames;
extern const std::string_view kThings;
extern const std::string_view kTitles;

constexpr std::size_t kMostNameBytes = 24;  ///< of a folded word; longer words are not in any list

/// A word in lower case without accents of the Latin script; other letters stay.
struct FoldedWord {
  std::array<char, kMostNameBytes + 4> bytes;
  std::size_t size = 0;  ///< 0 where the word is too long
  std::string_view view() const { return {bytes.data(), size}; }
};
FoldedWord fold_word(std::string_view word);

/// The flags of a word, 0 for one that no list has.
std::uint8_t name_flags(std::string_view word);

/// The names of one kind, for pseudonyms.
const std::vector<std::string_view>& names_of(NameFlag kind);

}  // namespace llmops::data::pii
