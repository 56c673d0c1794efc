// One run of characters without white space as words: marks at its ends, contractions, then what joins words inside.
#include <algorithm>
#include <array>

#include "data/rules/affixes.h"
#include "data/rules/urls.h"
#include "data/rules/words.h"

namespace llmops::data {

namespace {

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// Whether a short verb may follow: "they've", but not "look'd".
bool takes_verb(std::string_view word) {
  constexpr std::array<std::string_view, 22> kHeads = {
      "i",   "you", "he",    "she",  "it",   "we",    "they",  "who",   "what",  "when",   "where",
      "why", "how", "there", "that", "this", "these", "those", "could", "would", "should", "might"};
  if (word.empty() || word.size() > 6) return false;
  std::array<char, 6> lower{};
  std::copy(word.begin(), word.end(), lower.begin());
  lower[0] = static_cast<char>(lower[0] | 0x20);
  return contains(kHeads, std::string_view(lower.data(), word.size()));
}

// A clipped word that stands alone, as tokenized corpora and dialogue have them.
bool is_clipped(std::string_view chunk) {
  constexpr std::array<std::string_view, 8> kClipped = {"'s", "'S", "'re", "'ll", "'d", "'em", "'cause", "''"};
  return chunk[0] == '\'' && contains(kClipped, chunk);
}

// Bytes at the end that a contraction splits off: n't 'll 've 're 'd 'm, and the "not" of "cannot"; 0 for none.
std::size_t contraction(std::string_view word) {
  if (word == "cannot" || word == "Cannot") return 3;
  const bool typeset = word.find("’") != word.npos;
  const std::size_t mark = typeset ? word.rfind("’") : word.rfind('\'');
  if (mark == word.npos || mark == 0) return 0;
  const std::string_view tail = word.substr(mark + (typeset ? 3 : 1));
  if (tail == "t") return mark > 1 && word[mark - 1] == 'n' ? word.size() - mark + 1 : 0;
  constexpr std::array<std::string_view, 5> kTails = {"ll", "ve", "re", "d", "m"};
  return contains(kTails, tail) && takes_verb(word.substr(0, mark)) ? word.size() - mark : 0;
}

// Bytes of the hyphen, dash or run of them at `at` that joins two words; 0 for none.
std::size_t hyphen_length(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 7> kHyphens = {"---", "--", "-", "——", "—", "–", "~"};
  for (const std::string_view hyphen : kHyphens) {
    if (text.substr(at).starts_with(hyphen)) return hyphen.size();
  }
  return 0;
}

// What stands on both sides of a place inside a word: classes, 0 at its ends.
struct Sides {
  std::uint16_t before = 0;
  std::uint16_t after = 0;
};

// Whether the ASCII mark splits the word that it stands in.
bool splits_word(char mark, Sides sides, char next) {
  const auto is = [](std::uint16_t bits, unsigned mask) { return (bits & mask) != 0; };
  switch (mark) {
    case ',': return is(sides.before, kLetter) && is(sides.after, kLetter);
    case ':':
    case '<':
    case '>':
    case '=':
    case '/': return is(sides.before, kLetter | kDigit) && is(sides.after, kLetter);
    case '+':
    case '*':
    case '^': return is(sides.before, kDigit) && (is(sides.after, kDigit) || next == '-');
    case '.':
      return is(sides.before, kLetter | kQuote) && !is(sides.before, kUpper) && is(sides.after, kLetter | kQuote) &&
             !is(sides.after, kLower);
    default: return false;
  }
}

// Bytes of what splits the word at `at`, where `before` is the class of the character before; 0 for nothing.
std::size_t infix_length(std::string_view text, std::size_t at, ClassStep step, std::uint16_t before) {
  const char mark = text[at];
  if (mark == '.' && at + 1 < text.size() && text[at + 1] == '.') {
    return std::min(text.find_first_not_of('.', at), text.size()) - at;
  }
  if (text.substr(at).starts_with("…")) return step.length;
  const std::size_t hyphen = hyphen_length(text, at);
  const std::size_t end = at + (hyphen != 0 ? hyphen : step.length);
  const char next = end < text.size() ? text[end] : '\0';
  const Sides sides = {before, end < text.size() ? class_step(text, end).bits : std::uint16_t{0}};
  if (hyphen != 0) {
    const bool words = (before & (kLetter | kDigit)) != 0 && (sides.after & kLetter) != 0;
    const bool numbers = hyphen == 1 && mark == '-' && (before & kDigit) != 0 && (sides.after & kDigit) != 0;
    return words || numbers ? hyphen : 0;
  }
  if (step.length == 1) return splits_word(mark, sides, next) ? 1 : 0;
  const bool picture = (step.bits & (kAffix | kPunctuation | kCurrency)) == kAffix;
  return picture ? step.length : 0;
}

}  // namespace

const std::vector<std::string_view>& ChunkSplitter::split(std::string_view chunk) {
  pieces_.clear();
  suffixes_.clear();
  while (!chunk.empty() && !is_clipped(chunk)) {
    const std::size_t prefix = prefix_length(chunk);
    if (prefix != 0) {
      pieces_.push_back(chunk.substr(0, prefix));
      chunk.remove_prefix(prefix);
      continue;
    }
    const std::size_t suffix = suffix_length(chunk);
    if (suffix == 0 || suffix == chunk.size()) break;
    suffixes_.push_back(chunk.substr(chunk.size() - suffix));
    chunk.remove_suffix(suffix);
  }
  if (!chunk.empty()) split_inside(chunk);
  pieces_.insert(pieces_.end(), suffixes_.rbegin(), suffixes_.rend());
  return pieces_;
}

void ChunkSplitter::split_inside(std::string_view core) {
  if (is_clipped(core) || core == "and/or" || is_abbreviation(core) || looks_like_url(core)) {
    pieces_.push_back(core);
    return;
  }
  if (const std::size_t tail = contraction(core); tail != 0 && tail < core.size()) {
    pieces_.push_back(core.substr(0, core.size() - tail));
    pieces_.push_back(core.substr(core.size() - tail));
    return;
  }
  std::size_t begin = 0;
  std::uint16_t before = 0;
  for (std::size_t at = 0; at < core.size();) {
    const ClassStep step = class_step(core, at);
    const bool mark = (step.bits & (kLetter | kDigit)) == 0;
    const std::size_t length = mark ? infix_length(core, at, step, before) : 0;
    before = step.bits;
    if (length == 0) {
      at += step.length;
      continue;
    }
    const std::string_view piece = core.substr(begin, at - begin);
    const bool joined = is_abbreviation(core.substr(begin, at + length - begin));
    if (!piece.empty() && !joined) pieces_.push_back(piece);
    pieces_.push_back(joined ? core.substr(begin, at + length - begin) : core.substr(at, length));
    begin = at += length;
  }
  if (begin < core.size()) pieces_.push_back(core.substr(begin));
}

}  // namespace llmops::data
