// Addresses: from the number of a house the name of its street is looked for on both sides; then what may stand behind
// a street line (dwelling, town, postal code) is taken in. Postal codes are also found alone where their form is
// telling.
#include <algorithm>
#include <array>

#include "data/pii/address_words.h"
#include "data/pii/context.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kMostWords = 5;

constexpr std::array kLeads = {"address"sv,   "lives at"sv,   "live at"sv,      "living at"sv,  "deliver to"sv,
                               "ship to"sv,   "moved to"sv,   "meet me at"sv,   "sent to"sv,    "taxi to"sv,
                               "return to"sv, "resides at"sv, "office is at"sv, "located at"sv, "wohnhaft"sv,
                               "anschrift"sv, "adresse"sv,    "domicile"sv};

bool in_word(char c) { return is_letter(c) || is_high(c) || c == '\'' || c == '-'; }

// A word with a full stop behind it ("St."), or an ordinal ("5th").
std::size_t word_end(std::string_view text, std::size_t i) {
  std::size_t end = i;
  while (end < text.size() && is_digit(text[end])) ++end;
  while (end < text.size() && in_word(text[end])) ++end;
  if (end > i && at(text, end) == '.' && end - i <= 5) ++end;
  return end;
}

std::size_t word_begin(std::string_view text, std::size_t end) {
  std::size_t i = end;
  if (i > 0 && text[i - 1] == '.') --i;
  while (i > 0 && (in_word(text[i - 1]) || text[i - 1] == '/')) --i;
  return i;
}

bool is_capital(std::string_view word) {
  return !word.empty() && (is_upper(word[0]) || is_high(word[0]) || is_digit(word[0]));
}

// Blanks, or a comma and blanks; `i` where something else stands.
std::size_t joint_end(std::string_view text, std::size_t i, bool comma, bool line) {
  std::size_t end = i;
  if (comma && at(text, end) == ',') ++end;
  while (end < text.size() && end - i < 4 && (text[end] == ' ' || (line && text[end] == '\n'))) ++end;
  return end;
}

// "Baker Street", "N. 5th Ave", "rue de la Paix" behind a number.
std::size_t street_behind(std::string_view text, std::size_t i, bool said) {
  i = joint_end(text, i, true, false);
  std::size_t best = 0, capitals = 0;
  bool begun = false;
  for (std::size_t k = 0; k < kMostWords; ++k) {
    const std::size_t end = word_end(text, i);
    const std::string_view word = text.substr(i, end - i);
    if (word.empty()) break;
    if (k == 0) begun = begins_street(word);
    const bool capital = is_capital(word);
    if (begun && k > 0 && capital) best = end;
    if (!begun && capital && capitals > 0 && is_street_type(word)) return end;
    if (capital && is_street_word(word)) return end;
    if (!capital && !begun && !said) break;
    if (said && capital) best = end;
    if (said && !capital && is_street_type(word) && k > 0) return end;
    capitals += capital;
    const std::size_t next = joint_end(text, end, false, false);
    if (next == end) break;
    i = next;
  }
  return said || begun ? best : 0;
}

// "Hauptstraße", "Via Giuseppe Verdi" in front of the number at `number`: where it begins, or npos.
std::size_t street_before(std::string_view text, std::size_t number, std::size_t after) {
  std::size_t end = number;
  while (end > after && (text[end - 1] == ' ' || text[end - 1] == ',') && number - end < 2) --end;
  if (end == number) return std::string_view::npos;
  std::size_t begin = word_begin(text, end);
  if (begin < after || begin == end) return std::string_view::npos;
  if (is_capital(text.substr(begin, end - begin)) && is_street_word(text.substr(begin, end - begin))) {
    // "Alte Landstraße": words of a street's name that stand in front cannot be told from others.
    return begin;
  }
  if (!is_capital(text.substr(begin, end - begin))) return std::string_view::npos;
  for (std::size_t k = 0; k < kMostWords - 1 && begin > after + 1 && text[begin - 1] == ' '; ++k) {
    const std::size_t next_end = begin - 1, next = word_begin(text, next_end);
    if (next < after || next == next_end) break;
    const std::string_view word = text.substr(next, next_end - next);
    if (word != "am" && word != "Am" && begins_street(word)) return next;
    begin = next;
  }
  return std::string_view::npos;
}

// The number of a dwelling: "Apt. 5", "Suite 12", "P.O. Box 255": where its word begins, or npos.
std::size_t dwelling_before(std::string_view text, std::size_t number, std::size_t after) {
  if (before(text, number) != ' ') return std::string_view::npos;
  std::size_t begin = word_begin(text, number - 1);
  if (begin < after || !is_dwelling(text.substr(begin, number - 1 - begin))) return std::string_view::npos;
  const bool box = begins_with(text, begin, "box");
  for (const std::string_view post : {"p.o. "sv, "po "sv, "p. o. "sv}) {
    if (begin >= after + post.size() && begins_with(text, begin - post.size(), post)) return begin - post.size();
  }
  return box ? std::string_view::npos : begin;
}

// "SW1A 1AA": `run` is the digits in front of its last two letters. Where it begins, or npos.
std::size_t uk_postcode_begin(std::string_view text, const DigitRun& run) {
  constexpr std::string_view kInward = "ABDEFGHJLNPQRSTUWXYZ";
  if (run.size() != 1 || before(text, run.begin) != ' ' || run.begin < 3) return std::string_view::npos;
  const char first = at(text, run.end), second = at(text, run.end + 1);
  if (kInward.find(first) == std::string_view::npos || kInward.find(second) == std::string_view::npos)
    return std::string_view::npos;
  std::size_t i = run.begin - 1;
  if (is_upper(before(text, i))) --i;  // "EC1A"
  const std::size_t digits_end = i;
  while (is_digit(before(text, i)) && digits_end - i < 2) --i;
  if (i == digits_end) return std::string_view::npos;
  const std::size_t letters_end = i;
  while (is_upper(before(text, i)) && letters_end - i < 2) --i;
  const bool alone = stands_alone(text, i, run.end + 2);
  return alone && is_uk_postcode_area(text.substr(i, letters_end - i)) ? i : std::string_view::npos;
}

// "Springfield, IL 62704-1234": `run` is the first five digits. Where the state begins, or npos.
std::size_t us_state_begin(std::string_view text, const DigitRun& run) {
  if (run.size() != 5 || run.begin < 4 || text[run.begin - 1] != ' ') return std::string_view::npos;
  const std::size_t state = run.begin - 3;
  const char left = before(text, state);
  const bool behind_town = left == ' ' && (before(text, state - 1) == ',' || is_letter(before(text, state - 1)));
  return is_us_state(text.substr(state, 2)) && (behind_town || left == '\n' || left == ',') ? state
                                                                                            : std::string_view::npos;
}

std::size_t zip_end(std::string_view text, const DigitRun& run) {
  const bool plus_four = at(text, run.end) == '-' && is_digit(at(text, run.end + 1)) &&
                         is_digit(at(text, run.end + 4)) && !is_digit(at(text, run.end + 5));
  return plus_four ? run.end + 5 : run.end;
}

// Town and postal code in front of the state or code at `begin`: ", Springfield" belongs to it.
std::size_t with_town(std::string_view text, std::size_t begin, std::size_t after) {
  std::size_t end = begin;
  while (end > after && (text[end - 1] == ' ' || text[end - 1] == ',') && begin - end < 2) --end;
  std::size_t best = begin;
  for (int k = 0; k < 3 && end > after; ++k) {
    const std::size_t word = word_begin(text, end);
    if (word < after || word == end || !is_upper(text[word])) break;
    best = word;
    if (before(text, word) != ' ' || word < after + 2) break;
    end = word - 1;
    if (before(text, end) == ',') break;
  }
  return best;
}

struct Place {
  std::size_t begin = std::string_view::npos, end = 0;
};

// What the digits are the number of: a house, a dwelling or a post office's district.
Place place_around(std::string_view text, const DigitRun& run, std::size_t after) {
  if (std::size_t state = us_state_begin(text, run); state != std::string_view::npos && state >= after) {
    return {with_town(text, state, after), zip_end(text, run)};
  }
  if (std::size_t code = uk_postcode_begin(text, run); code != std::string_view::npos && code >= after) {
    return {code, run.end + 2};
  }
  if (run.size() > 5 || is_alnum(before(text, run.begin)) || is_high(before(text, run.begin))) return {};
  std::size_t number_end = run.end;
  if (is_letter(at(text, number_end)) && !is_alnum(at(text, number_end + 1))) ++number_end;  // "12b"
  if (is_alnum(at(text, number_end)) || at(text, number_end) == '%') return {};
  if (const std::size_t word = dwelling_before(text, run.begin, after); word != std::string_view::npos)
    return {word, number_end};
  if (const std::size_t street = street_before(text, run.begin, after); street != std::string_view::npos)
    return {street, number_end};
  const bool said = word_before(text, run.begin, 32, kLeads);
  const char left = before(text, run.begin);
  if (left == '.' || left == ',' || left == '$' || left == '-') return {};
  const std::size_t end = street_behind(text, number_end, said);
  return end > 0 ? Place{run.begin, end} : Place{};
}

// Behind a street line: "12345 Town", ", Town" is left out where nothing tells it from other words.
std::size_t with_german_town(const Scan& scan, std::size_t r, std::size_t end) {
  const auto& runs = scan.anchors.digits;
  const std::size_t next = first_run_behind(scan.anchors, r, end);
  if (next == runs.size() || runs[next].size() < 4 || runs[next].size() > 5) return end;
  if (joint_end(scan.text, end, true, true) != runs[next].begin) return end;
  const std::size_t town = joint_end(scan.text, runs[next].end, false, false);
  const std::size_t town_end = word_end(scan.text, town);
  const bool capital =
      town > runs[next].end && town_end > town && (is_upper(scan.text[town]) || is_high(scan.text[town]));
  return capital ? town_end : end;
}

}  // namespace

void find_addresses(const Scan& scan, std::vector<PiiSpan>& out) {
  const auto& runs = scan.anchors.digits;
  std::size_t after = 0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (runs[r].begin < after) continue;
    const Place place = place_around(scan.text, runs[r], after);
    if (place.end == 0) continue;
    const std::size_t end = with_german_town(scan, r, place.end);
    const std::size_t gap = out.empty() ? 0 : joint_end(scan.text, out.back().end, true, true);
    if (!out.empty() && gap >= place.begin && place.begin >= out.back().end) {
      out.back().end = end;  // lines of one address
    } else {
      out.push_back({PiiType::kAddress, place.begin, end});
    }
    after = end;
  }
}

}  // namespace llmops::data::pii
