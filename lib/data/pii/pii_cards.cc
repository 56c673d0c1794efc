// Payment cards: 12 to 19 digits, perhaps in groups, that an issuer could have given out.
#include <algorithm>
#include <array>

#include "data/pii/checksums.h"
#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

// First digits and lengths by issuer, from ISO/IEC 7812 and the issuers' own pages.
struct Issuer {
  int low, high;  ///< the first four digits
  std::size_t least, most;
};
constexpr Issuer kIssuers[] = {
    {2200, 2204, 16, 19},  // Mir
    {2221, 2720, 16, 16},  // Mastercard
    {3000, 3059, 14, 19},  // Diners Club
    {3400, 3499, 15, 15},  // American Express
    {3528, 3589, 16, 19},  // JCB
    {3600, 3699, 14, 19},  // Diners Club
    {3700, 3799, 15, 15},  // American Express
    {3800, 3999, 14, 19},  // Diners Club
    {4000, 4999, 13, 19},  // Visa
    {5000, 5099, 13, 19},  // Maestro
    {5100, 5599, 16, 16},  // Mastercard
    {5600, 5899, 13, 19},  // Maestro
    {6011, 6011, 16, 19},  // Discover
    {6200, 6299, 16, 19},  // UnionPay
    {6300, 6399, 13, 19},  // Maestro
    {6440, 6599, 16, 19},  // Discover
    {6700, 6799, 13, 19},  // Maestro
};

bool is_card_number(std::string_view digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  const int first = remainder_of(digits.substr(0, 4), 10000);
  const bool issued = std::any_of(std::begin(kIssuers), std::end(kIssuers), [&](const Issuer& issuer) {
    return first >= issuer.low && first <= issuer.high && digits.size() >= issuer.least && digits.size() <= issuer.most;
  });
  return issued && luhn_holds(digits);
}

// Groups as they are printed on cards: when such a number is followed by more digits, those belong to something else.
bool is_printed_so(const DigitRun* runs, std::size_t count) {
  if (count == 4) return std::all_of(runs, runs + 4, [](const DigitRun& run) { return run.size() == 4; });
  return count == 3 && runs[0].size() == 4 && runs[1].size() == 6 && runs[2].size() >= 4 && runs[2].size() <= 5;
}

// Number of runs from `first` on that are a card, 0 for none.
std::size_t card_runs(const Scan& scan, std::size_t first) {
  const auto& runs = scan.anchors.digits;
  std::array<char, 20> digits{};
  std::size_t size = 0, best = 0, count = 0;
  for (std::size_t r = first; r < runs.size(); ++r) {
    if (r > first) {
      const char joint = scan.text[runs[r - 1].end];
      if (runs[r].begin != runs[r - 1].end + 1 || (joint != ' ' && joint != '-')) break;
    }
    if (size + runs[r].size() > 19) return is_printed_so(&runs[first], best) ? best : 0;
    size = static_cast<std::size_t>(
        std::copy_n(scan.text.data() + runs[r].begin, runs[r].size(), digits.data() + size) - digits.data());
    ++count;
    if (is_card_number({digits.data(), size}) && !is_alnum(at(scan.text, runs[r].end))) best = count;
  }
  return best == count || is_printed_so(&runs[first], best) ? best : 0;
}

}  // namespace

void find_cards(const Scan& scan, std::vector<PiiSpan>& out) {
  const auto& runs = scan.anchors.digits;
  for (std::size_t r = 0; r < runs.size(); ++r) {
    const char first = scan.text[runs[r].begin];
    if (runs[r].size() < 4 || first < '2' || first > '6' || is_alnum(before(scan.text, runs[r].begin))) continue;
    const std::size_t count = card_runs(scan, r);
    if (count == 0) continue;
    out.push_back({PiiType::kCard, runs[r].begin, runs[r + count - 1].end});
    r += count - 1;
  }
}

}  // namespace llmops::data::pii
