// Sets of characters by name, as patterns use them.
#include "infer/grammar/character_names.h"

#include <map>
#include <mutex>

#include "text/character_set.h"

namespace llmops::infer::grammar {
namespace {

CodePointSet of(std::vector<CodePointRange> ranges) { return CodePointSet(std::move(ranges)); }

CodePointSet find_category(text::CategoryMask mask) {
  std::vector<CodePointRange> ranges;
  for (char32_t c = 0; c <= kLastCodePoint; ++c) {
    if ((text::category_bit(c) & mask) == 0) continue;
    if (!ranges.empty() && ranges.back().last + 1 == c) {
      ranges.back().last = c;
    } else {
      ranges.push_back({c, c});
    }
  }
  return of(std::move(ranges));
}

}  // namespace

std::optional<CodePointSet> escape_class(char32_t letter) {
  const bool negated = letter < 'a';
  CodePointSet set;
  switch (letter | 0x20) {
    case 'd': set = of({{'0', '9'}}); break;
    case 'w': set = of({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}); break;
    case 's': set = of({{'\t', '\r'}, {' ', ' '}}); break;
    default: return std::nullopt;
  }
  return negated ? set.negated() : set;
}

std::optional<CodePointSet> posix_class(std::string_view name) {
  static const std::map<std::string_view, CodePointSet> kSets = {
      {"alnum", of({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}})},
      {"alpha", of({{'A', 'Z'}, {'a', 'z'}})},
      {"ascii", of({{0, 0x7F}})},
      {"blank", of({{'\t', '\t'}, {' ', ' '}})},
      {"cntrl", of({{0, 0x1F}, {0x7F, 0x7F}})},
      {"digit", of({{'0', '9'}})},
      {"graph", of({{'!', '~'}})},
      {"lower", of({{'a', 'z'}})},
      {"print", of({{' ', '~'}})},
      {"punct", of({{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}})},
      {"space", of({{'\t', '\r'}, {' ', ' '}})},
      {"upper", of({{'A', 'Z'}})},
      {"word", of({{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}})},
      {"xdigit", of({{'0', '9'}, {'A', 'F'}, {'a', 'f'}})},
  };
  const auto found = kSets.find(name);
  return found == kSets.end() ? std::nullopt : std::optional(found->second);
}

std::optional<CodePointSet> category_class(std::string_view name) {
  const auto mask = text::named_category(name);
  if (!mask) return std::nullopt;
  static std::mutex mutex;
  static std::map<text::CategoryMask, CodePointSet> known;  // one for each name: they are few
  const std::lock_guard lock(mutex);
  const auto [found, is_new] = known.try_emplace(*mask);
  if (is_new) found->second = find_category(*mask);
  return found->second;
}

}  // namespace llmops::infer::grammar
