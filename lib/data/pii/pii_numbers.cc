// Numbers with a checksum or a fixed form: payment cards, IBANs, IP addresses.
#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "data/pii/pii_scanners.h"

namespace llmops::data::pii {

namespace {

// ISO/IEC 7812: doubling every second digit from the right, the sum of digits is a multiple of ten.
bool luhn_holds(const std::string& digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1 && (digit *= 2) > 9) digit -= 9;
    sum += digit;
  }
  return sum % 10 == 0;
}

bool is_card_number(const std::string& digits) {
  if (digits.size() < 13 || digits.size() > 19) return false;
  if (digits[0] < '2' || digits[0] > '6') return false;  // Mastercard 2 and 5, Amex and Diners 3, Visa 4, Discover 6
  if (digits.find_first_not_of(digits[0]) == std::string::npos) return false;
  return luhn_holds(digits);
}

// Upper-case letters count as two digits, "A" = 10; the four leading characters are moved to the end.
bool iban_checksum_holds(const std::string& iban) {
  int remainder = 0;
  for (std::size_t i = 0; i < iban.size(); ++i) {
    const char c = iban[(i + 4) % iban.size()];
    remainder = is_digit(c) ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
  }
  return remainder == 1;
}

// Lengths of the registered countries, from the IBAN registry; a country that is not here may have 15 to 34.
struct CountryLength {
  char country[3];
  std::size_t length;
};
constexpr CountryLength kIbanLengths[] = {
    {"AT", 20}, {"BE", 16}, {"BG", 22}, {"CH", 21}, {"CY", 28}, {"CZ", 24}, {"DE", 22}, {"DK", 18}, {"EE", 20},
    {"ES", 24}, {"FI", 18}, {"FR", 27}, {"GB", 22}, {"GR", 27}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IS", 26},
    {"IT", 27}, {"LI", 21}, {"LT", 20}, {"LU", 20}, {"LV", 21}, {"MC", 27}, {"MT", 31}, {"NL", 18}, {"NO", 15},
    {"PL", 28}, {"PT", 25}, {"RO", 24}, {"SA", 24}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"TR", 26}, {"AE", 23},
};

bool iban_length_fits(const std::string& iban) {
  for (const CountryLength& entry : kIbanLengths) {
    if (iban.compare(0, 2, entry.country) == 0) return iban.size() == entry.length;
  }
  return iban.size() >= 15 && iban.size() <= 34;
}

// Takes characters and single blanks from `begin` on; the longest prefix that is an IBAN wins, as words may follow.
std::size_t iban_end(std::string_view text, std::size_t begin) {
  std::string iban;
  std::size_t best = 0;
  for (std::size_t i = begin; i < text.size() && iban.size() < 34; ++i) {
    if (text[i] == ' ' && is_alnum(at(text, i + 1))) continue;
    if (!is_alnum(text[i])) break;
    iban += static_cast<char>(is_digit(text[i]) ? text[i] : text[i] & ~0x20);
    if (iban.size() >= 15 && !is_alnum(at(text, i + 1)) && iban_length_fits(iban) && iban_checksum_holds(iban)) {
      best = i + 1;
    }
  }
  return best;
}

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return inet_pton(AF_INET, text.c_str(), &address) == 1;
}

// "::" also stands between names in programs: an address has a digit, and three colons or a group of three.
bool is_ipv6(const std::string& text) {
  in6_addr address{};
  if (text.size() < 6 || text.find_first_of("0123456789") == std::string::npos) return false;
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return false;
  const auto colons = std::count(text.begin(), text.end(), ':');
  std::size_t run = 0, longest = 0;
  for (const char c : text) longest = std::max(longest, run = c == ':' ? 0 : run + 1);
  return colons >= 3 || longest >= 3;
}

}  // namespace

void find_cards(std::string_view text, std::vector<PiiSpan>& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_digit(text[i]) || (i > 0 && is_alnum(text[i - 1]))) continue;
    std::string digits;
    std::size_t end = i;
    for (std::size_t j = i; j < text.size() && digits.size() < 20; ++j) {
      if (is_digit(text[j])) {
        digits += text[j];
        end = j + 1;
      } else if ((text[j] != ' ' && text[j] != '-') || !is_digit(at(text, j + 1))) {
        break;
      }
    }
    if (is_card_number(digits) && !is_alnum(at(text, end))) {
      out.push_back({PiiType::kCard, i, end});
      i = end - 1;
    } else {
      while (is_digit(at(text, i + 1))) ++i;
    }
  }
}

void find_ibans(std::string_view text, std::vector<PiiSpan>& out) {
  for (std::size_t i = 0; i + 15 <= text.size(); ++i) {
    if (!is_letter(text[i]) || !is_letter(text[i + 1]) || !is_digit(text[i + 2]) || !is_digit(text[i + 3])) continue;
    if (i > 0 && is_alnum(text[i - 1])) continue;
    if (const std::size_t end = iban_end(text, i); end > 0) {
      out.push_back({PiiType::kIban, i, end});
      i = end - 1;
    }
  }
}

void find_ips(std::string_view text, std::vector<PiiSpan>& out) {
  const auto in_address = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!in_address(text[i])) continue;
    std::size_t end = i;
    while (end < text.size() && in_address(text[end])) ++end;
    const std::size_t next = end;
    while (end > i && (text[end - 1] == '.' || (text[end - 1] == ':' && at(text, end - 2) != ':'))) --end;
    const bool bounded = (i == 0 || (!is_alnum(text[i - 1]) && text[i - 1] != '_')) && !is_letter(at(text, next));
    const std::string candidate(text.substr(i, end - i));
    if (bounded && candidate.size() <= 45 && (is_ipv4(candidate) || is_ipv6(candidate))) {
      out.push_back({PiiType::kIp, i, end});
    }
    i = next;
  }
}

}  // namespace llmops::data::pii
