// Lines that say a house: from its number, the name of the street is looked for on both sides.
#include <algorithm>
#include <array>

#include "data/pii/address_parts.h"
#include "data/pii/address_words.h"
#include "data/pii/context.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostWords = 5;

constexpr std::array kLeads = {
    "address"sv,    "lives at"sv,   "live at"sv,    "living at"sv,  "deliver to"sv, "ship to"sv,      "moved to"sv,
    "meet me at"sv, "taxi to"sv,    "return to"sv,  "resides at"sv, "it's in"sv,    "office is at"sv, "located at"sv,
    "sent to"sv,    "arrived at"sv, "new one to"sv, "wohnhaft"sv,   "anschrift"sv,  "adresse"sv,      "domicile"sv};

bool in_word(char c) { return is_letter(c) || is_high(c) || c == '\'' || c == '-'; }

bool is_capital(std::string_view word) { return !word.empty() && (is_upper(word[0]) || is_high(word[0])); }

bool is_ordinal(std::string_view word) {
  return word.size() > 2 && is_digit(word[0]) && is_lower(word.back()) && word.back() != 'm';  // not "10am"
}

// Nothing of a sentence goes on behind a street: no word in lower case.
bool ends_line(std::string_view text, std::size_t end) {
  while (end < text.size() && text[end] == ' ') ++end;
  return !is_lower(at(text, end));
}

// "Baker Street", "N. 5th Ave", "rue de la Paix" behind a number: where it ends, or 0.
std::size_t street_behind(std::string_view text, std::size_t i, bool said) {
  const std::size_t first = address_joint_end(text, i, true, false);
  if (first == i || text[first - 1] != ' ') return 0;
  i = first;
  std::size_t best = 0, capitals = 0;
  bool begun = false;
  for (std::size_t k = 0; k < kMostWords; ++k) {
    const std::size_t end = address_word_end(text, i);
    const std::string_view word = text.substr(i, end - i);
    const bool capital = is_capital(word) || is_ordinal(word);
    if (word.empty() || (k == 0 && begins_with(word, 0, "the") && word.size() == 3)) break;
    if (k == 0) begun = begins_street(word) && !(word == "place");
    if (!begun && capital && capitals > 0 && is_street_type(word)) return end;
    if (capital && is_street_word(word)) return end;
    if (capital && ((begun && k > 0) || said)) best = end;
    if (!capital && !begun && !(said && capitals > 0)) break;
    capitals += capital;
    const std::size_t next = address_joint_end(text, end, false, false);
    if (next == end) break;
    i = next;
  }
  if (best == 0 || (!begun && !ends_line(text, best))) return 0;
  // "94 Grote Baan 477": the number of the house may stand behind the street too.
  std::size_t number = best + 1;
  while (is_digit(at(text, number)) && number - best < 6) ++number;
  return at(text, best) == ' ' && number > best + 1 && !is_alnum(at(text, number)) ? number : best;
}

// "Hauptstraße", "Via Giuseppe Verdi" in front of the number at `number`: where it begins, or npos.
std::size_t street_before(std::string_view text, std::size_t number, std::size_t after) {
  std::size_t end = number;
  while (end > after && (text[end - 1] == ' ' || text[end - 1] == ',') && number - end < 2) --end;
  if (end == number) return std::string_view::npos;
  std::size_t begin = address_word_begin(text, end);
  const auto word_at = [&](std::size_t from, std::size_t to) { return text.substr(from, to - from); };
  if (begin < after || begin == end || !is_capital(word_at(begin, end))) return std::string_view::npos;
  if (is_street_word(word_at(begin, end))) return begin;
  for (std::size_t k = 0; k + 1 < kMostWords && begin > after + 1 && text[begin - 1] == ' '; ++k) {
    const std::size_t next_end = begin - 1, next = address_word_begin(text, next_end);
    if (next < after || next == next_end) break;
    const std::string_view word = word_at(next, next_end);
    const bool telling = is_capital(word) || word == "rue" || word == "ul." || word == "calle" || word == "rua";
    if (telling && begins_street(word) && !begins_with(word, 0, "place")) return next;
    begin = next;
  }
  return std::string_view::npos;
}

// "Apt. 5", "Suite 12", "P.O. Box 255": where the words in front of the number begin, or npos.
std::size_t dwelling_before(std::string_view text, std::size_t number, std::size_t after) {
  if (number < 2 || text[number - 1] != ' ') return std::string_view::npos;
  const std::size_t begin = address_word_begin(text, number - 1);
  const std::string_view word = text.substr(begin, number - 1 - begin);
  if (begin < after || !is_dwelling(word)) return std::string_view::npos;
  for (const std::string_view post : {"p.o. "sv, "po "sv, "p. o. "sv}) {
    if (begin >= after + post.size() && begins_with(text, begin - post.size(), post)) return begin - post.size();
  }
  return begins_with(word, 0, "box") || !is_capital(word) ? std::string_view::npos : begin;
}

}  // namespace

std::size_t address_word_end(std::string_view text, std::size_t i) {
  std::size_t end = i;
  while (end < text.size() && is_digit(text[end])) ++end;
  while (end < text.size() && in_word(text[end])) ++end;
  if (end > i && at(text, end) == '.' && end - i <= 5 && !is_digit(at(text, end + 1))) ++end;
  return end;
}

std::size_t address_word_begin(std::string_view text, std::size_t end) {
  std::size_t i = end;
  if (i > 0 && text[i - 1] == '.') --i;
  while (i > 0 && (in_word(text[i - 1]) || text[i - 1] == '/')) --i;
  return i;
}

std::size_t address_joint_end(std::string_view text, std::size_t i, bool comma, bool line) {
  std::size_t end = i;
  if (comma && at(text, end) == ',') ++end;
  while (end < text.size() && end - i < 4 && (text[end] == ' ' || (line && text[end] == '\n'))) ++end;
  return end;
}

Place street_line(std::string_view text, const DigitRun& run, std::size_t after) {
  const char left = before(text, run.begin);
  if (run.size() > 5 || is_alnum(left) || is_high(left) || ".,$-:/"sv.find(left) != std::string_view::npos) return {};
  std::size_t number_end = run.end;
  if (is_letter(at(text, number_end)) && !is_alnum(at(text, number_end + 1))) ++number_end;  // "12b"
  const char right = at(text, number_end);
  const bool decimal = (right == '.' || right == ',' || right == ':') && is_digit(at(text, number_end + 1));
  if (is_alnum(right) || right == '%' || right == '*' || decimal) return {};
  if (const std::size_t word = dwelling_before(text, run.begin, after); word != std::string_view::npos) {
    return {word, number_end};
  }
  if (const std::size_t street = street_before(text, run.begin, after); street != std::string_view::npos) {
    return {street, number_end};
  }
  // A word must follow a blank or a comma: only then are the words in front worth reading.
  const std::size_t word = address_joint_end(text, number_end, true, false);
  if (word == number_end || is_lower(at(text, word))
          ? !begins_street(text.substr(word, address_word_end(text, word) - word))
          : false) {
    return {};
  }
  const std::size_t end = street_behind(text, number_end, word_before(text, run.begin, 32, kLeads));
  return end > 0 ? Place{run.begin, end} : Place{};
}

bool is_dwelling_line(std::string_view text, const Place& place) {
  const std::size_t end = address_word_end(text, place.begin);
  return is_dwelling(text.substr(place.begin, end - place.begin));
}

}  // namespace llmops::data::pii
