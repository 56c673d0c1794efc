#include "data/pii/checksums.h"

#include <cstddef>

#include "data/pii/scan_text.h"

namespace llmops::data::pii {

bool luhn_holds(std::string_view digits) {
  int sum = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 == 0;
}

// J. Verhoeff, 1969, "Error Detecting Decimal Codes". Elements 0-4 are rotations, 5-9 reflections of the pentagon.
bool verhoeff_holds(std::string_view digits) {
  const auto product = [](int a, int b) {
    if (a < 5) return b < 5 ? (a + b) % 5 : 5 + (a + b) % 5;
    return b < 5 ? 5 + (a - b) % 5 : (5 + a - b) % 5;
  };
  constexpr int kPermutation[10] = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
  int check = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    int digit = digits[digits.size() - 1 - i] - '0';
    for (std::size_t power = 0; power < i % 8; ++power) digit = kPermutation[digit];
    check = product(check, digit);
  }
  return check == 0;
}

bool mod_11_10_holds(std::string_view digits) {
  if (digits.empty()) return false;
  int product = 10;
  for (const char c : digits.substr(0, digits.size() - 1)) {
    int sum = (c - '0' + product) % 10;
    if (sum == 0) sum = 10;
    product = sum * 2 % 11;
  }
  return (product + (digits.back() - '0')) % 10 == 1;
}

int remainder_of(std::string_view digits, int modulus) {
  int remainder = 0;
  for (const char c : digits) remainder = (remainder * 10 + (c - '0')) % modulus;
  return remainder;
}

bool iban_checksum_holds(std::string_view iban) {
  int remainder = 0;
  for (std::size_t i = 0; i < iban.size(); ++i) {
    const char c = iban[(i + 4) % iban.size()];
    remainder = is_digit(c) ? (remainder * 10 + (c - '0')) % 97 : (remainder * 100 + (c - 'A' + 10)) % 97;
  }
  return remainder == 1;
}

}  // namespace llmops::data::pii
