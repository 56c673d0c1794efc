// Postal codes that their form tells: the United Kingdom's, the United States' with the state; others by a word.
#include <array>

#include "data/pii/address_parts.h"
#include "data/pii/address_words.h"
#include "data/pii/context.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kNone = std::string_view::npos;

// "SW1A 1AA": `run` is the digit in front of its last two letters. Where the code begins, or npos.
std::size_t uk_begin(std::string_view text, const DigitRun& run) {
  constexpr std::string_view kInward = "ABDEFGHJLNPQRSTUWXYZ";
  if (run.size() != 1 || run.begin < 3 || text[run.begin - 1] != ' ') return kNone;
  const char first = at(text, run.end), second = at(text, run.end + 1);
  if (kInward.find(first) == kNone || kInward.find(second) == kNone) return kNone;
  std::size_t i = run.begin - 1;
  if (is_upper(before(text, i))) --i;  // "EC1A"
  const std::size_t digits_end = i;
  while (is_digit(before(text, i)) && digits_end - i < 2) --i;
  if (i == digits_end) return kNone;
  const std::size_t letters_end = i;
  while (is_upper(before(text, i)) && letters_end - i < 2) --i;
  const bool alone = stands_alone(text, i, run.end + 2);
  return alone && is_uk_postcode_area(text.substr(i, letters_end - i)) ? i : kNone;
}

// "Springfield, IL 62704": `run` is the five digits. Where the state begins, or npos.
std::size_t us_begin(std::string_view text, const DigitRun& run) {
  if (run.size() != 5 || run.begin < 4 || text[run.begin - 1] != ' ') return kNone;
  const std::size_t state = run.begin - 3;
  const char left = before(text, state);
  const bool behind_town = left == ' ' && (before(text, state - 1) == ',' || is_letter(before(text, state - 1)));
  return is_us_state(text.substr(state, 2)) && (behind_town || left == '\n' || left == ',') ? state : kNone;
}

std::size_t zip_end(std::string_view text, const DigitRun& run) {
  bool plus_four = at(text, run.end) == '-';
  for (std::size_t i = 1; i <= 4; ++i) plus_four = plus_four && is_digit(at(text, run.end + i));
  return plus_four && !is_digit(at(text, run.end + 5)) ? run.end + 5 : run.end;
}

// The town in front of a state: ", Springfield" belongs to it.
std::size_t with_town(std::string_view text, std::size_t begin, std::size_t after) {
  std::size_t end = begin;
  while (end > after && (text[end - 1] == ' ' || text[end - 1] == ',') && begin - end < 2) --end;
  std::size_t best = begin;
  for (int k = 0; k < 3 && end > after; ++k) {
    const std::size_t word = address_word_begin(text, end);
    if (word < after || word == end || !is_upper(text[word])) break;
    best = word;
    if (before(text, word) != ' ' || word < after + 2) break;
    end = word - 1;
    if (before(text, end) == ',') break;
  }
  return best;
}

}  // namespace

Place postal_code(std::string_view text, const DigitRun& run, std::size_t after) {
  static constexpr std::array kWords = {"zip code"sv,    "zipcode"sv,      "zip:"sv, "postcode"sv,    "post code"sv,
                                        "postal code"sv, "postleitzahl"sv, "^plz"sv, "code postal"sv, "postnummer"sv};
  if (const std::size_t state = us_begin(text, run); state != kNone && state >= after) {
    return {with_town(text, state, after), zip_end(text, run)};
  }
  if (const std::size_t code = uk_begin(text, run); code != kNone && code >= after) return {code, run.end + 2};
  const bool form = run.size() >= 4 && run.size() <= 6 && stands_alone(text, run.begin, run.end);
  return form && word_before(text, run.begin, 20, kWords) ? Place{run.begin, zip_end(text, run)} : Place{};
}

}  // namespace llmops::data::pii
