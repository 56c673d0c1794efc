#include "data/pii/name_list.h"

#include <algorithm>
#include <utility>

#include "core/hash.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

// Base letters of U+00C0 to U+017F; '*' where one letter does not do.
constexpr std::string_view kBaseLetters =
    "aaaaaa*ceeeeiiii"
    "dnooooo ouuuuy**"
    "aaaaaa*ceeeeiiii"
    "dnooooo ouuuuy*y"
    "aaaaaaccccccccdd"
    "ddeeeeeeeeeegggg"
    "gggghhhhiiiiiiii"
    "iiiijjkkklllllll"
    "lllnnnnnnnnnoooo"
    "oo**rrrrrrssssss"
    "ssttttttuuuuuuuu"
    "uuuuwwyyyzzzzzzs";
static_assert(kBaseLetters.size() == 0x180 - 0xC0);

std::string_view two_letters(unsigned code_point) {
  switch (code_point) {
    case 0xC6:
    case 0xE6: return "ae";
    case 0xDE:
    case 0xFE: return "th";
    case 0xDF: return "ss";
    default: return "oe";
  }
}

std::vector<std::string_view> split_words(std::string_view list) {
  std::vector<std::string_view> words;
  for (std::size_t i = 0; i < list.size();) {
    const std::size_t begin = list.find_first_not_of(" \n", i);
    if (begin == std::string_view::npos) break;
    i = std::min(list.find_first_of(" \n", begin), list.size());
    words.push_back(list.substr(begin, i - begin));
  }
  return words;
}

// Open addressing: the lists never change, and a look-up that fails mostly ends at the first slot.
class NameTable {
 public:
  NameTable() : slots_(kSlots) {
    const std::pair<std::string_view, int> lists[] = {{kGivenNames, kGivenName},
                                                      {kSurnames, kSurname},
                                                      {kAlsoWords, kAlsoWord},
                                                      {kPlaceNames, kAlsoWord | kPlaceName},
                                                      {kBeforePlaces, kBeforePlace},
                                                      {kNeverNames, kNeverName},
                                                      {kThings, kThing},
                                                      {kTitles, kTitle}};
    for (const auto& [list, flag] : lists) {
      for (const std::string_view word : split_words(list)) {
        Slot& slot = slots_[index_of(word)];
        slot.word = word;
        slot.flags = static_cast<std::uint8_t>(slot.flags | flag);
      }
    }
  }

  std::uint8_t flags(std::string_view word) const { return slots_[index_of(word)].flags; }

 private:
  struct Slot {
    std::string_view word;
    std::uint8_t flags = 0;
  };
  static constexpr std::size_t kSlots = 1 << 15;  // some 9,000 words

  std::size_t index_of(std::string_view word) const {
    std::size_t i = xxh3_64(word) % kSlots;
    while (!slots_[i].word.empty() && slots_[i].word != word) i = (i + 1) % kSlots;
    return i;
  }

  std::vector<Slot> slots_;
};

}  // namespace

FoldedWord fold_word(std::string_view word) {
  FoldedWord folded;
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (folded.size > kMostNameBytes) return {};
    const auto byte = static_cast<unsigned char>(word[i]);
    const unsigned code_point = byte >= 0xC3 && byte <= 0xC5 && i + 1 < word.size()
                                    ? (byte & 0x1FU) << 6 | (static_cast<unsigned char>(word[i + 1]) & 0x3FU)
                                    : 0;
    if (code_point < 0xC0) {
      folded.bytes[folded.size++] = lower(word[i]);
      continue;
    }
    const char base = kBaseLetters[code_point - 0xC0];
    if (base == '*') {
      for (const char c : two_letters(code_point)) folded.bytes[folded.size++] = c;
    } else {
      folded.bytes[folded.size++] = base;
    }
    ++i;
  }
  return folded.size > kMostNameBytes ? FoldedWord{} : folded;
}

std::uint8_t name_flags(std::string_view word) {
  static const NameTable table;
  if (word.size() > 2 * kMostNameBytes) return 0;
  const FoldedWord folded = fold_word(word);
  return folded.size == 0 ? std::uint8_t{0} : table.flags(folded.view());
}

const std::vector<std::string_view>& names_of(NameFlag kind) {
  static const std::vector<std::string_view> given = split_words(kGivenNames), surnames = split_words(kSurnames);
  return kind == kGivenName ? given : surnames;
}

}  // namespace llmops::data::pii
