// The shapes of telephone numbers, and of what is mistaken for them.
#include "data/pii/phone_shape.h"

#include <algorithm>

#include "data/pii/checksums.h"

namespace llmops::data::pii {

namespace {

bool in_range(std::string_view digits, int low, int high) {
  if (digits.size() > 4) return false;
  const int value = remainder_of(digits, 100000);
  return value >= low && value <= high;
}

bool all_separated_by(std::span<const Group> groups, std::string_view separator) {
  return std::all_of(groups.begin() + 1, groups.end(), [&](const Group& group) { return group.before == separator; });
}

// Whether the first three groups are a date; the hour may follow.
bool is_date(std::span<const Group> g) {
  if (g.size() < 3 || g.size() > 4 || g[1].before != g[2].before || g[1].before == " ") return false;
  const bool year_first = g[0].digits.size() == 4 && in_range(g[1].digits, 1, 12) && in_range(g[2].digits, 1, 31);
  const bool year_last = g[2].digits.size() == 4 && in_range(g[0].digits, 1, 31) && in_range(g[1].digits, 1, 31) &&
                         in_range(g[2].digits, 1900, 2099);
  return year_first || year_last;
}

// "1250-900", "3000-2920-75": without a word like "call", hyphens need the lengths that numbers are written with.
bool is_difference(std::span<const Group> g) {
  const std::size_t first = g.front().digits.size(), last = g.back().digits.size();
  const bool trunk = g.front().digits[0] == '0';
  if (g.size() == 2) return last < 4 || (first > 3 && !trunk);
  return g.size() == 3 && !trunk && (first > 3 || last < 4);
}

// "5 650 000", "1.000.000": thousands, where one group is zeros.
bool is_grouped_number(std::span<const Group> g) {
  return g.size() > 1 && g[0].digits.size() <= 3 && (all_separated_by(g, " ") || all_separated_by(g, ".")) &&
         std::all_of(g.begin() + 1, g.end(), [](const Group& group) { return group.digits.size() == 3; }) &&
         std::any_of(g.begin() + 1, g.end(), [](const Group& group) { return group.digits == "000"; });
}

// "18.75-18.48": decimals with a sign between them.
bool is_decimal_sum(std::span<const Group> g) {
  const auto joints = [&](std::string_view joint) {
    return std::count_if(g.begin() + 1, g.end(), [&](const Group& group) { return group.before == joint; });
  };
  return joints(".") > 0 && joints("-") > 0;
}

// Things other than telephone numbers that come in groups of digits.
bool is_something_else(std::span<const Group> g, PhoneContext context) {
  const auto length = [&](std::size_t i) { return g[i].digits.size(); };
  const bool hyphens = all_separated_by(g, "-");
  if (is_date(g) || (context != PhoneContext::kPhone && is_decimal_sum(g))) return true;
  if (g.size() == 3 && hyphens && length(0) == 3 && length(1) == 2 && length(2) == 4)
    return true;                                                                  // US social security
  if (g.size() == 2 && hyphens && length(0) == 5 && length(1) == 4) return true;  // US postcode
  const auto is_year = [](const Group& group) {
    return group.digits.size() == 4 && in_range(group.digits, 1000, 2099);
  };
  if (g.size() == 2 && is_year(g[0]) && is_year(g[1])) return true;
  if (all_separated_by(g, ".")) {
    if (g.size() < 3) return true;  // a decimal number
    const auto is_byte = [](const Group& group) { return group.digits.size() <= 3 && in_range(group.digits, 0, 255); };
    if (g.size() == 4 && std::all_of(g.begin(), g.end(), is_byte)) return true;  // an IP address
  }
  if (hyphens && context != PhoneContext::kPhone && is_difference(g)) return true;
  return is_grouped_number(g);
}

// North American numbers: neither the area nor the exchange begins with 0 or 1.
bool is_north_american(std::string_view digits) { return digits.size() == 10 && digits[0] >= '2' && digits[3] >= '2'; }

// The last groups of a candidate may belong to the next word ("call 555 0134 2 times"): so many digits of them at most,
// behind so many of the number itself.
constexpr std::size_t kMostLoose = 2, kMostBeforeLoose = 11;

// ". ", " - " and " (" join sentences, sums and years; "1 (212) 555 0134" is the exception.
bool has_odd_joint(std::span<const Group> g) {
  return std::any_of(g.begin() + 1, g.end(), [&](const Group& group) {
    const bool opens = group.before.find('(') != std::string_view::npos;
    return (opens && g[0].digits != "1") ||
           (group.before.size() > 1 && !opens && group.before.find(')') == std::string_view::npos);
  });
}

}  // namespace

std::size_t count_digits(std::span<const Group> groups) {
  std::size_t digits = 0;
  for (const Group& group : groups) digits += group.digits.size();
  return digits;
}

bool has_phone_shape(const Candidate& candidate, std::span<const Group> g, PhoneContext context) {
  const std::size_t digits = count_digits(g), loose = count_digits(candidate.groups()) - digits;
  std::size_t single = 0, slashes = 0;
  for (const Group& group : g) {
    single += group.digits.size() == 1;
    slashes += group.before.find('/') != std::string_view::npos;
  }
  const std::size_t least = context == PhoneContext::kPhone && g.size() >= 3 ? 6 : 7;
  if (digits < least || digits > kMostPhoneDigits) return false;
  if (loose > kMostLoose || (loose > 0 && digits > kMostBeforeLoose)) return false;
  if (candidate.plus) return digits >= 8;
  if (context == PhoneContext::kAddress || context == PhoneContext::kSum) return false;
  if (g.size() == 1) return context == PhoneContext::kPhone || is_north_american(g[0].digits);
  if (!candidate.parenthesis && has_odd_joint(g)) return false;
  if (g.back().digits.size() < 2 || single > 1 || slashes > 1 || is_something_else(g, context)) return false;
  if (slashes == 1 && g[0].digits[0] != '0') return false;
  if (candidate.parenthesis || g[0].digits.compare(0, 2, "00") == 0) return true;
  return digits <= 13 && std::all_of(g.begin(), g.end(), [](const Group& group) { return group.digits.size() <= 8; });
}

}  // namespace llmops::data::pii
