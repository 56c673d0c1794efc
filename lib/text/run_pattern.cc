// Matching alternatives of runs of characters.
#include "text/run_pattern.h"

#include <bit>
#include <utility>

namespace llmops::text {
namespace {

constexpr std::size_t kNone = SIZE_MAX;

struct Character {
  char32_t code_point = 0;
  std::size_t length = 0;
};

// Of valid UTF-8, beyond ASCII.
Character read_multibyte(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<char32_t>(static_cast<unsigned char>(text[at + i])); };
  if (byte(0) < 0xE0) return {(byte(0) & 0x1F) << 6 | (byte(1) & 0x3F), 2};
  if (byte(0) < 0xF0) return {(byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F), 3};
  return {(byte(0) & 0x07) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | (byte(3) & 0x3F), 4};
}

// Length of the character at `at` if it is of the set, else 0.
std::size_t step(const CharacterSet& set, std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return set.contains_ascii(byte) ? 1 : 0;
  const Character character = read_multibyte(text, at);
  return set.contains(character.code_point) ? character.length : 0;
}

std::size_t step_back(std::string_view text, std::size_t at) {
  do --at;
  while ((static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

// End of the word at `at`, or kNone.
std::size_t match_word(const std::vector<CharacterSet>& word, std::string_view text, std::size_t at) {
  for (const CharacterSet& set : word) {
    const std::size_t length = at < text.size() ? step(set, text, at) : 0;
    if (length == 0) return kNone;
    at += length;
  }
  return at;
}

using Item = RunAlternative::const_iterator;

// End of what the items from `item` on match at `at`, or kNone.
std::size_t match_items(Item item, Item last, std::string_view text, std::size_t at);

std::size_t match_words(Item item, Item last, std::string_view text, std::size_t at) {
  for (const auto& word : item->words) {
    const std::size_t end = match_word(word, text, at);
    const std::size_t rest = end == kNone ? kNone : match_items(item + 1, last, text, end);
    if (rest != kNone) return rest;
  }
  return item->least == 0 ? match_items(item + 1, last, text, at) : kNone;
}

std::size_t match_items(Item item, Item last, std::string_view text, std::size_t at) {
  for (; item != last; ++item) {
    if (item->kind == RunItem::Kind::kWords) return match_words(item, last, text, at);
    if (item->kind == RunItem::Kind::kNotNext) {
      if (at < text.size() && step(item->set, text, at) != 0) return kNone;
      continue;
    }
    std::size_t end = at;
    std::size_t count = 0;
    for (; count < item->most && end < text.size(); ++count) {
      const std::size_t length = step(item->set, text, end);
      if (length == 0) break;
      end += length;
    }
    if (count < item->least) return kNone;
    if (!item->possessive) {
      for (;; --count) {  // gives back a character at a time
        const std::size_t rest = match_items(item + 1, last, text, end);
        if (rest != kNone || count == item->least) return rest;
        end = step_back(text, end);
      }
    }
    at = end;
  }
  return at;
}

// What a match of the items may begin with; their first one that must match something is the last looked at.
CharacterSet first_set(Item item, Item last) {
  CharacterSet first;
  for (; item != last; ++item) {
    if (item->kind == RunItem::Kind::kRun) first.add(item->set);
    for (const auto& word : item->words) first.add(word.front());
    if (item->kind != RunItem::Kind::kNotNext && item->least > 0) break;
  }
  return first;
}

}  // namespace

RunPattern::RunPattern(std::vector<RunAlternative> alternatives) : alternatives_(std::move(alternatives)) {
  for (std::size_t i = 0; i < alternatives_.size(); ++i) {
    const CharacterSet first = first_set(alternatives_[i].begin(), alternatives_[i].end());
    const std::uint32_t bit = std::uint32_t{1} << i;
    for (unsigned char c = 0; c < by_ascii_.size(); ++c) by_ascii_[c] |= first.contains_ascii(c) ? bit : 0;
    for (std::size_t category = 0; category < by_category_.size(); ++category) {
      by_category_[category] |= first.may_contain(CategoryMask{1} << category) ? bit : 0;
    }
  }
}

std::size_t RunPattern::match_at(std::string_view text, std::size_t at) const {
  const auto byte = static_cast<unsigned char>(text[at]);
  std::uint32_t candidates =
      byte < 0x80
          ? by_ascii_[byte]
          : by_category_[static_cast<std::size_t>(std::countr_zero(category_bit(read_multibyte(text, at).code_point)))];
  for (; candidates != 0; candidates &= candidates - 1) {
    const RunAlternative& items = alternatives_[static_cast<std::size_t>(std::countr_zero(candidates))];
    const std::size_t end = match_items(items.begin(), items.end(), text, at);
    if (end != kNone) return end;
  }
  return at;
}

void RunPattern::find_all(std::string_view text, std::size_t base, std::vector<Range>& matches) const {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = match_at(text, at);
    if (end == at) {
      at += static_cast<unsigned char>(text[at]) < 0x80 ? 1 : read_multibyte(text, at).length;
    } else {
      matches.push_back({base + at, base + end});
      at = end;
    }
  }
}

}  // namespace llmops::text
