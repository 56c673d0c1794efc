// Check digits and characters. All take digits (or characters) without separators; none looks at the form.
#pragma once

#include <string_view>

namespace llmops::data::pii {

/// ISO/IEC 7812: doubling every second digit from the right, the sum of digits is a multiple of ten.
bool luhn_holds(std::string_view digits);

/// Verhoeff's scheme over the dihedral group of ten elements.
bool verhoeff_holds(std::string_view digits);

/// ISO 7064 MOD 11,10: the last digit checks those before it.
bool mod_11_10_holds(std::string_view digits);

/// Digits as one number, modulo `modulus` (below 2^27).
int remainder_of(std::string_view digits, int modulus);

/// Sum of digit times weight, over the shorter of the two.
template <typename Weights>
int weighted_sum(std::string_view digits, const Weights& weights) {
  int sum = 0;
  std::size_t i = 0;
  for (const int weight : weights) {
    if (i == digits.size()) break;
    sum += weight * (digits[i++] - '0');
  }
  return sum;
}

/// ISO 13616: upper-case letters count as two digits, "A" = 10; the four leading characters are moved to the end.
bool iban_checksum_holds(std::string_view iban);

}  // namespace llmops::data::pii
