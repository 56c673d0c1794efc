// Dates of birth: any common way to write a date, where the words in front say that somebody was born.
#include <algorithm>
#include <array>

#include "data/pii/checksums.h"
#include "data/pii/context.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

constexpr std::array kBirthWords = {
    "^born"sv,      "date of birth"sv, "birth date"sv,   "birthdate"sv, "birthday"sv, "^dob$"sv,
    "^d.o.b"sv,     "geboren"sv,       "geburts"sv,      "naissance"sv, "^né le"sv,   "^née le"sv,
    "nacimiento"sv, "nacido"sv,        "nacida"sv,       "nascita"sv,   "^nato "sv,   "^nata "sv,
    "nascimento"sv, "geboortedatum"sv, "fecha de nac"sv, "^geb."sv,     "出生"sv,     "生年月日"sv};

// Beginnings of the months' names in English, German, French, Spanish, Italian, Portuguese and Dutch.
constexpr std::array kMonths = {
    "jan"sv, "feb"sv, "fév"sv, "fev"sv, "mar"sv, "mär"sv, "maa"sv, "apr"sv, "avr"sv, "abr"sv, "may"sv, "mai"sv, "mei"sv,
    "mag"sv, "maj"sv, "jun"sv, "jui"sv, "giu"sv, "jul"sv, "lug"sv, "aug"sv, "aoû"sv, "ago"sv, "sep"sv, "set"sv, "oct"sv,
    "okt"sv, "ott"sv, "out"sv, "nov"sv, "dec"sv, "dez"sv, "déc"sv, "dic"sv, "ene"sv, "gen"sv, "mrt"sv};

bool is_year(std::string_view digits) {
  if (digits.size() == 2) return true;
  const int year = remainder_of(digits, 10000);
  return digits.size() == 4 && year >= 1800 && year <= 2100;
}

bool is_day_or_month(std::string_view digits) {
  const int value = remainder_of(digits, 10000);
  return digits.size() <= 2 && value >= 1 && value <= 31;
}

// The end of a month's name at `i`, and of a full stop or comma behind it; `i` where there is none.
std::size_t month_end(std::string_view text, std::size_t i) {
  const bool known =
      std::any_of(kMonths.begin(), kMonths.end(), [&](auto month) { return begins_with(text, i, month); });
  if (!known) return i;
  std::size_t end = i;
  while (is_letter(at(text, end)) || is_high(at(text, end))) ++end;
  return end - i <= 12 ? end : i;
}

std::size_t skip(std::string_view text, std::size_t i, std::string_view any_of, std::size_t most) {
  const std::size_t begin = i;
  while (i < text.size() && i - begin < most && any_of.find(text[i]) != std::string_view::npos) ++i;
  return i;
}

// "12/31/1970", "1970-12-31", "31. 12. 1970", "1970年12月31日": three runs with equal joints.
std::size_t numeric_end(const Scan& scan, std::size_t r) {
  const auto& runs = scan.anchors.digits;
  if (r + 3 > runs.size()) return 0;
  const auto digits = [&](std::size_t k) { return scan.text.substr(runs[r + k].begin, runs[r + k].size()); };
  const auto joint = [&](std::size_t k) {
    return scan.text.substr(runs[r + k].end, runs[r + k + 1].begin - runs[r + k].end);
  };
  const bool asian = joint(0) == "年" && joint(1) == "月";
  const bool plain = joint(0) == joint(1) &&
                     (joint(0) == "/" || joint(0) == "-" || joint(0) == "." || joint(0) == ". " || joint(0) == " ");
  if (!asian && !plain) return 0;
  const bool year_last = is_day_or_month(digits(0)) && is_day_or_month(digits(1)) && is_year(digits(2));
  const bool year_first =
      digits(0).size() == 4 && is_year(digits(0)) && is_day_or_month(digits(1)) && is_day_or_month(digits(2));
  if (!year_last && !year_first) return 0;
  return runs[r + 2].end + (asian && scan.text.substr(runs[r + 2].end, 3) == "日" ? 3 : 0);
}

// "31 December 1970", "31st of Dec. 1970", "31. Dezember 1970": the day is run `r`.
std::size_t day_first_end(const Scan& scan, std::size_t r) {
  const auto& runs = scan.anchors.digits;
  const std::string_view text = scan.text;
  if (r + 2 > runs.size() || !is_day_or_month(text.substr(runs[r].begin, runs[r].size()))) return 0;
  std::size_t i = runs[r].end;
  for (const std::string_view ending : {"st"sv, "nd"sv, "rd"sv, "th"sv, "er"sv}) {
    if (begins_with(text, i, ending)) {
      i += 2;
      break;
    }
  }
  i = skip(text, i, ". -", 2);
  if (begins_with(text, i, "of ") || begins_with(text, i, "de ")) i += 3;
  const std::size_t month = month_end(text, i);
  if (month == i) return 0;
  i = skip(text, month, "., -", 2);
  if (begins_with(text, i, "de ")) i += 3;
  const DigitRun& year = runs[r + 1];
  return year.begin == i && year.size() == 4 && is_year(text.substr(i, 4)) ? year.end : 0;
}

// "December 31, 1970": the day is run `r`; sets `begin` to that of the month.
std::size_t month_first_end(const Scan& scan, std::size_t r, std::size_t& begin) {
  const auto& runs = scan.anchors.digits;
  const std::string_view text = scan.text;
  if (r + 2 > runs.size() || !is_day_or_month(text.substr(runs[r].begin, runs[r].size()))) return 0;
  std::size_t end = runs[r].begin;
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '.') && runs[r].begin - end < 2) --end;
  std::size_t first = end;
  while (first > 0 && is_letter(text[first - 1]) && end - first < 12) --first;
  if (first == end || month_end(text, first) != end) return 0;
  std::size_t i = runs[r].end;
  if (is_letter(at(text, i))) i += 2;  // "31st"
  i = skip(text, i, ", ", 2);
  const DigitRun& year = runs[r + 1];
  if (year.begin != i || year.size() != 4 || !is_year(text.substr(i, 4))) return 0;
  begin = first;
  return year.end;
}

}  // namespace

void find_birth_dates(const Scan& scan, std::vector<PiiSpan>& out) {
  const auto& runs = scan.anchors.digits;
  std::size_t after = 0;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    if (runs[r].begin < after || runs[r].size() > 4) continue;
    std::size_t begin = runs[r].begin;
    std::size_t end = numeric_end(scan, r);
    if (end == 0) end = day_first_end(scan, r);
    if (end == 0) end = month_first_end(scan, r, begin);
    if (end == 0 || begin < after || is_digit(at(scan.text, end))) continue;
    if (!word_before(scan.text, begin, 48, kBirthWords)) continue;
    out.push_back({PiiType::kDateOfBirth, begin, end});
    after = end;
  }
}

}  // namespace llmops::data::pii
