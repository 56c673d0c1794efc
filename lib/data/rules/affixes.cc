// Marks, units and possessives at a word's ends, after spaCy's English rules.
#include "data/rules/affixes.h"

#include <algorithm>
#include <array>

#include "data/rules/character_class.h"

namespace llmops::data {

namespace {

// A full stop behind these is part of them.
constexpr std::array<std::string_view, 68> kCapitalAbbreviations = {
    "Adm",  "Ak",   "Ala",  "Apr", "Ariz", "Ark", "Aug",  "Bros", "Calif", "Co",  "Colo", "Conn", "Corp", "D.C",
    "Dec",  "Del",  "Dr",   "E.g", "Feb",  "Fla", "Ga",   "Gen",  "Gov",   "I.e", "Ia",   "Id",   "Ill",  "Inc",
    "Ind",  "Jan",  "Jr",   "Jul", "Jun",  "Kan", "Kans", "Ky",   "La",    "Ltd", "Mar",  "Mass", "Md",   "Messrs",
    "Mich", "Minn", "Miss", "Mo",  "Mont", "Mr",  "Mrs",  "Ms",   "Mt",    "Nov", "Oct",  "Okla", "Ore",  "Pa",
    "Ph.D", "Prof", "Rep",  "Rev", "Sen",  "Sep", "Sept", "St",   "Tenn",  "Va",  "Wash", "Wis"};
constexpr std::array<std::string_view, 7> kSmallAbbreviations = {"a.m", "co", "e.g", "i.e", "p.m", "v.s", "vs"};
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
  if (before.empty() || before.size() > 6) return false;
  if (before.size() == 1) return is_ascii_letter(before[0]);
  const bool small = before[0] >= 'a' && before[0] <= 'z';
  if (small) return before.size() <= 3 && contains(kSmallAbbreviations, before);
  return contains(kCapitalAbbreviations, before);
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

std::size_t last_length(std::string_view text) {
  std::size_t length = 1;
  while (length < text.size() && length < 4 &&
         (static_cast<unsigned char>(text[text.size() - length]) & 0xC0) == 0x80) {
    ++length;
  }
  return length;
}

}  // namespace

bool is_abbreviation(std::string_view word) {
  return word.ends_with('.') && keeps_stop(word.substr(0, word.size() - 1));
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

}  // namespace llmops::data
