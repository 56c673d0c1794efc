// One run of characters without white space as words: marks at its ends, contractions, then what joins words inside.
#include <algorithm>
#include <array>

#include "data/rules/urls.h"
#include "data/rules/words.h"

namespace llmops::data {

namespace {

// A full stop behind these is part of them.
constexpr std::array<std::string_view, 71> kAbbreviations = {
    "Adm",  "Ak",   "Ala",    "Apr",  "Ariz", "Ark",  "Aug", "Bros", "Calif", "Co",   "Colo", "Conn",
    "Corp", "Dec",  "Del",    "Dr",   "Feb",  "Fla",  "Ga",  "Gen",  "Gov",   "Ia",   "Id",   "Ill",
    "Inc",  "Ind",  "Jan",    "Jr",   "Jul",  "Jun",  "Kan", "Kans", "Ky",    "La",   "Ltd",  "Mar",
    "Mass", "Md",   "Messrs", "Mich", "Minn", "Miss", "Mo",  "Mont", "Mr",    "Mrs",  "Ms",   "Mt",
    "Neb",  "Nebr", "Nev",    "Nov",  "Oct",  "Okla", "Ore", "Pa",   "Prof",  "Rep",  "Rev",  "Sen",
    "Sep",  "Sept", "St",     "Tenn", "Va",   "Wash", "Wis", "co",   "vs",    "Ph.D", "v.s"};
constexpr std::array<std::string_view, 7> kDotted = {"a.m", "p.m", "e.g", "i.e", "E.g", "I.e", "D.C"};
// A number's unit stands alone.
constexpr std::array<std::string_view, 34> kUnits = {
    "km",  "m",  "dm", "cm", "mm", "ha", "nm", "yd", "in", "ft", "kg", "g", "mg", "t", "lb",  "oz",   "mph",
    "hPa", "Pa", "mb", "MB", "kb", "KB", "gb", "GB", "tb", "TB", "T",  "G", "M",  "K", "kmh", "mbar", "%"};

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii_digit(char c) { return c >= '0' && c <= '9'; }

// "e.g." and "Mr." and "x." keep their full stop, as do initials ("J.", "U.S.").
bool keeps_stop(std::string_view before) {
  if (before.size() == 1) return is_ascii_letter(before[0]);
  if (before.size() > 6) return false;
  return contains(kAbbreviations, before) || contains(kDotted, before);
}

bool is_abbreviation(std::string_view word) {
  return word.ends_with('.') && keeps_stop(word.substr(0, word.size() - 1));
}

// A full stop ends a word behind a digit, a small letter, a mark, or two capitals.
bool splits_stop(std::string_view before) {
  if (before.empty() || keeps_stop(before)) return false;
  const std::uint16_t last = last_class(before);
  if ((last & kUpper) == 0)
    return (last & (kLetter | kDigit | kAffix)) != 0 || before.back() == '-' || before.back() == '+';
  std::string_view rest = before;
  rest.remove_suffix(1);
  while (!rest.empty() && (static_cast<unsigned char>(rest.back()) & 0xC0) == 0x80) rest.remove_suffix(1);
  return before.back() > 0 && (last_class(rest) & kUpper) != 0;
}

// Bytes of "'s" or "’s" at the end; 0 for none.
std::size_t possessive(std::string_view text) {
  if (text.size() < 2 || (text.back() | 0x20) != 's') return 0;
  const std::string_view before = text.substr(0, text.size() - 1);
  return before.ends_with('\'') ? 2 : before.ends_with("’") ? 4 : 0;
}

std::size_t dots_at_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of('.');
  return last == text.npos ? text.size() : text.size() - 1 - last;
}

// Bytes of the unit behind the number that ends the text; 0 for none.
std::size_t unit(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && text.size() - begin < 5 && (is_ascii_letter(text[begin - 1]) || text[begin - 1] == '%')) --begin;
  const bool after_digit = begin > 0 && begin < text.size() && is_ascii_digit(text[begin - 1]);
  return after_digit && contains(kUnits, text.substr(begin)) ? text.size() - begin : 0;
}

std::size_t prefix_length(std::string_view text) {
  const ClassStep step = class_step(text, 0);
  if ((step.bits & kAffix) != 0) return step.length;
  for (const std::string_view dollars : {"US$", "C$", "A$"}) {
    if (text.starts_with(dollars)) return dollars.size();
  }
  if (text[0] == '+') return text.size() > 1 && is_ascii_digit(text[1]) ? 0 : 1;
  if (text[0] != '.' || !text.starts_with("..")) return 0;
  return std::min(text.find_first_not_of('.'), text.size());
}

std::size_t last_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && length < 4 &&
         (static_cast<unsigned char>(text[text.size() - length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

std::size_t suffix_length(std::string_view text) {
  const char last = text.back();
  if (is_ascii_letter(last) || last == '%') {
    const std::size_t owner = possessive(text);
    return owner != 0 ? owner : unit(text);
  }
  if (last == '.') {
    const std::size_t dots = dots_at_end(text);
    if (dots > 1) return dots;
    return splits_stop(text.substr(0, text.size() - 1)) ? 1 : 0;
  }
  const bool after_digit = text.size() > 1 && is_ascii_digit(text[text.size() - 2]);
  if (last == '+') return after_digit ? 1 : 0;
  const std::uint16_t bits = last_class(text);
  if ((bits & kAffix) == 0 || last == '=') return 0;
  const std::size_t length = last_length(text);
  if ((bits & kCurrency) == 0) return length;
  return text.size() > length && is_ascii_digit(text[text.size() - length - 1]) ? length : 0;
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
