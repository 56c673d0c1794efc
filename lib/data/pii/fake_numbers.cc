// Made-up numbers: telephones, cards, accounts, devices and the ids of states.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "data/pii/checksums.h"
#include "data/pii/fake_values.h"
#include "data/pii/national_ids.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

// Digits of an international number that are its country's (ITU-T E.164).
std::size_t country_digits(std::string_view digits) {
  if (digits.empty() || digits[0] == '1' || digits[0] == '7') return std::min<std::size_t>(1, digits.size());
  constexpr std::string_view kTwo =
      "20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 "
      "65 66 81 82 84 86 90 91 92 93 94 95 98 ";
  const bool two = digits.size() > 1 && kTwo.find(std::string(digits.substr(0, 2)) + " ") != std::string_view::npos;
  return std::min<std::size_t>(two ? 2 : 3, digits.size());
}

// Leading digits that say where and how to dial rather than whom.
std::size_t kept_digits(std::string_view value, std::string_view digits) {
  if (value.find('+') != std::string_view::npos) return country_digits(digits);
  if (digits.substr(0, 2) == "00") return 2 + country_digits(digits.substr(2));
  if (digits[0] == '0') return 1;
  return digits.size() == 11 && digits[0] == '1' ? 1 : 0;
}

// Where "x123" or "ext. 123" begins.
std::size_t extension_begin(std::string_view value) { return std::min(value.find_first_of("xe"), value.size()); }

// Test ranges that the issuers' payment services publish; the number of digits tells the brand.
std::string_view card_prefix(std::size_t digits) {
  switch (digits) {
    case 14: return "305693";  // Diners Club
    case 15: return "378282";  // American Express
    case 13:
    case 16: return "400000";  // Visa
    default: return "601100";  // Discover
  }
}

}  // namespace

std::string with_digits(std::string_view value, std::string_view digits) {
  std::string out(value);
  std::size_t next = 0;
  for (char& c : out) {
    if (is_digit(c) && next < digits.size()) c = digits[next++];
  }
  return out;
}

std::string digits_of(std::string_view value) {
  std::string digits;
  std::copy_if(value.begin(), value.end(), std::back_inserter(digits), is_digit);
  return digits;
}

char luhn_digit(std::string digits) {
  digits += '0';
  while (!luhn_holds(digits)) ++digits.back();
  return digits.back();
}

// North America's 555-0100 to 555-0199 are for fiction; behind other countries' codes the same seven digits stand.
std::string fake_phone(std::string_view value, KeyedDraw& draw) {
  const std::size_t extension = extension_begin(value);
  std::string digits = digits_of(value.substr(0, extension));
  if (digits.empty()) return same_shape(value, draw);
  const std::size_t kept = kept_digits(value, digits);
  for (std::size_t i = kept; i < digits.size(); ++i) {
    digits[i] = i == kept ? static_cast<char>('2' + draw.below(8)) : draw.digit();
  }
  const std::string fiction = fmt::format("55501{:02}", draw.below(100));
  const std::size_t free = digits.size() - kept, most = std::min<std::size_t>(free, fiction.size());
  const std::size_t taken = most == 7 ? 7 : std::min<std::size_t>(most, 4);
  digits.replace(digits.size() - taken, taken, fiction, fiction.size() - taken, taken);
  for (std::size_t i = digits_of(value.substr(extension)).size(); i > 0; --i) digits += draw.digit();
  return with_digits(value, digits);
}

std::string fake_card(std::string_view value, KeyedDraw& draw) {
  const std::size_t size = digits_of(value).size();
  std::string digits(card_prefix(size));
  while (digits.size() + 1 < size) digits += draw.digit();
  digits += luhn_digit(digits);
  return with_digits(value, digits);
}

// The country stays, letters become X, and the check digits are those of ISO 7064 MOD 97-10.
std::string fake_iban(std::string_view value, KeyedDraw& draw) {
  std::string iban;
  for (const char c : value) {
    if (is_alnum(c)) iban += upper(c);
  }
  for (std::size_t i = 4; i < iban.size(); ++i) iban[i] = is_digit(iban[i]) ? draw.digit() : 'X';
  for (int check = 2; check < 99; ++check) {
    iban.replace(2, 2, fmt::format("{:02}", check));
    if (iban_checksum_holds(iban)) break;
  }
  std::string out(value);
  std::size_t next = 0;
  for (char& c : out) {
    if (!is_alnum(c)) continue;
    c = is_lower(c) ? lower(iban[next]) : iban[next];
    ++next;
  }
  return out;
}

std::string fake_national_id(std::string_view value, KeyedDraw& draw) {
  constexpr int kMostAttempts = 400000;  // a Chinese id, the strictest, takes some 17,000
  const NationalForm form = national_form(value);
  if (form.us_social_security) {
    // Area numbers above 899 are given to nobody, and as tax ids (ITIN) only with groups from 50 on.
    const std::string digits =
        fmt::format("9{:02}{:02}{:04}", draw.below(100), 1 + draw.below(49), 1 + draw.below(9999));
    return with_digits(value, digits);
  }
  std::string fake = same_shape(value, draw);
  if (!form.known()) return fake;  // a passport or licence: no check digit is known
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    if (value.size() == 18) fake.back() = value.back();  // an X counts ten, and no other letter may stand there
    if (form.fits(fake)) return fake;
    fake = same_shape(value, draw);
  }
  return "[NATIONAL_ID]";
}

std::string fake_device_id(std::string_view value, KeyedDraw& draw) {
  std::string digits = digits_of(value);
  if (value.size() > 2 && !is_digit(value[2]) &&
      value.find_first_not_of("0123456789abcdefABCDEF:-") == std::string_view::npos && value.size() == 17 &&
      value[2] == value[5]) {
    std::string mac(value);
    for (char& c : mac) {
      if (is_hex(c)) c = "0123456789abcdef"[draw.below(16)];
    }
    mac.replace(0, 2, "02");  // locally administered: no maker's
    const bool capitals = std::any_of(value.begin(), value.end(), is_upper);
    if (capitals) std::transform(mac.begin(), mac.end(), mac.begin(), upper);
    return mac;
  }
  std::string imei = "001";  // the range of test equipment
  while (imei.size() + 1 < digits.size()) imei += draw.digit();
  imei += luhn_digit(imei);
  return with_digits(value, imei);
}

}  // namespace llmops::data::pii
