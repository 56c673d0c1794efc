// International bank account numbers.
#include <algorithm>
#include <array>

#include "data/pii/checksums.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

// Lengths by country, from the IBAN registry. A pair of letters that is not here begins no IBAN.
struct CountryLength {
  char country[3];
  std::uint8_t length;
};
constexpr CountryLength kIbanLengths[] = {
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22}, {"BH", 22},
    {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DJ", 27},
    {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18}, {"FK", 18}, {"FO", 18}, {"FR", 27},
    {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27}, {"GT", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22},
    {"IL", 23}, {"IQ", 23}, {"IS", 26}, {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32},
    {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19},
    {"MN", 20}, {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24}, {"SC", 31},
    {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25}, {"SV", 28}, {"TL", 23},
    {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20}, {"YE", 30},
};

std::size_t iban_length(char first, char second) {
  for (const CountryLength& entry : kIbanLengths) {
    if (entry.country[0] == first && entry.country[1] == second) return entry.length;
  }
  return 0;
}

// Takes characters with single blanks or hyphens between them. Returns 0 for none.
std::size_t iban_end(std::string_view text, std::size_t begin) {
  std::array<char, 34> iban{};
  const std::size_t length = iban_length(upper(text[begin]), upper(text[begin + 1]));
  std::size_t size = 0, i = begin;
  for (; i < text.size() && size < length; ++i) {
    if ((text[i] == ' ' || text[i] == '-') && is_alnum(at(text, i + 1)) && size > 0) continue;
    if (!is_alnum(text[i])) return 0;
    iban[size++] = upper(text[i]);
  }
  if (length == 0 || size < length || is_alnum(at(text, i))) return 0;
  return iban_checksum_holds({iban.data(), size}) ? i : 0;
}

}  // namespace

void find_ibans(const Scan& scan, std::vector<PiiSpan>& out) {
  const std::string_view text = scan.text;
  std::size_t after = 0;
  for (const DigitRun& run : scan.anchors.digits) {
    if (run.size() < 2 || run.begin < after + 2) continue;
    const std::size_t begin = run.begin - 2;
    if (!is_letter(text[begin]) || !is_letter(text[begin + 1]) || is_alnum(before(text, begin))) continue;
    const std::size_t end = iban_end(text, begin);
    if (end == 0) continue;
    out.push_back({PiiType::kIban, begin, end});
    after = end;
  }
}

}  // namespace llmops::data::pii
