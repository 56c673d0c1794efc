#include "data/pii/national_id_rules.h"

#include <algorithm>
#include <array>

#include "data/pii/checksums.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

int number(std::string_view digits) { return remainder_of(digits, 100000000); }

bool is_date(int month, int day) { return month >= 1 && month <= 12 && day >= 1 && day <= 31; }

bool all_same(std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), [&](char c) { return c == digits[0]; });
}

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

}  // namespace

// 078-05-1120 and 219-09-9999 were printed in advertisements; 123-45-6789 is everybody's example.
bool is_us_ssn(std::string_view d) {
  const int area = number(d.substr(0, 3));
  if (area == 0 || area == 666 || area >= 900 || d.substr(3, 2) == "00" || d.substr(5) == "0000") return false;
  return d != "078051120" && d != "219099999" && d != "123456789" && !all_same(d);
}

bool is_us_itin(std::string_view d) { return d[0] == '9' && d.substr(3, 2) != "00" && d.substr(5) != "0000"; }

bool is_uk_nino(std::string_view id) {
  constexpr std::string_view kNotFirst = "DFIQUV", kNotSecond = "DFIOQUV";
  const std::string_view prefix = id.substr(0, 2);
  if (!is_upper(id[0]) || !is_upper(id[1]) || id[8] < 'A' || id[8] > 'D') return false;
  if (kNotFirst.find(id[0]) != std::string_view::npos || kNotSecond.find(id[1]) != std::string_view::npos) return false;
  for (const std::string_view unused : {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"}) {
    if (prefix == unused) return false;
  }
  return true;
}

bool is_uk_nhs(std::string_view d) {
  const int check = 11 - weighted_sum(d, std::array{10, 9, 8, 7, 6, 5, 4, 3, 2}) % 11;
  return check != 10 && check % 11 == d[9] - '0';
}

// Of the first ten digits exactly one occurs twice or three times; three in a row are not given out.
bool is_german_tax_id(std::string_view d) {
  std::array<int, 10> counts{};
  for (const char c : d.substr(0, 10)) ++counts[static_cast<std::size_t>(c - '0')];
  const auto repeated = std::count_if(counts.begin(), counts.end(), [](int count) { return count > 1; });
  const int most = *std::max_element(counts.begin(), counts.end());
  return d[0] != '0' && repeated == 1 && most <= 3 && mod_11_10_holds(d);
}

bool is_french_nir(std::string_view id) {
  std::array<char, 15> digits{};
  std::copy(id.begin(), id.end(), digits.begin());
  if (digits[5] == '2' && (digits[6] == 'A' || digits[6] == 'B')) {
    digits[5] = '1';
    digits[6] = digits[6] == 'A' ? '9' : '8';  // counts as 19 and 18
  }
  const std::string_view d(digits.data(), digits.size());
  if (!all_digits(d)) return false;
  const int month = number(d.substr(3, 2));  // 20 and above: not known
  const bool sex = d[0] == '1' || d[0] == '2' || d[0] == '3' || d[0] == '4' || d[0] == '7' || d[0] == '8';
  const bool known = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
  return sex && known && 97 - remainder_of(d.substr(0, 13), 97) == number(d.substr(13));
}

bool is_spanish_dni(std::string_view id) {
  constexpr std::string_view kLetters = "TRWAGMYFPDXBNJZSQVHLCKE";
  std::array<char, 8> digits{};
  std::copy_n(id.begin(), 8, digits.begin());
  if (digits[0] >= 'X' && digits[0] <= 'Z') digits[0] = static_cast<char>(digits[0] - 'X' + '0');
  const std::string_view d(digits.data(), digits.size());
  return all_digits(d) && !all_same(d) && id[8] == kLetters[static_cast<std::size_t>(remainder_of(d, 23))];
}

bool is_italian_codice(std::string_view id) {
  // Ministerial decree of 23 December 1976: characters at odd places count by this table, at even ones by their order.
  constexpr std::array<int, 26> kOdd = {1,  0,  5, 7, 9, 13, 15, 17, 19, 21, 2,  4,  18,
                                        20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23};
  constexpr std::string_view kMonths = "ABCDEHLMPRST", kForDigits = "LMNPQRSTUV";
  const auto order = [](char c) { return static_cast<std::size_t>(is_digit(c) ? c - '0' : c - 'A'); };
  int sum = 0;
  std::array<char, 16> plain{};
  for (std::size_t i = 0; i < 15; ++i) {
    if (!is_alnum(id[i])) return false;
    sum += i % 2 == 0 ? kOdd[order(id[i])] : static_cast<int>(order(id[i]));
    const bool numeric = (i > 5 && i != 8 && i != 11);
    const std::size_t stands_for = kForDigits.find(id[i]);
    plain[i] = numeric && stands_for != std::string_view::npos ? static_cast<char>('0' + stands_for) : id[i];
    if (is_digit(plain[i]) != numeric) return false;
  }
  const int day = (plain[9] - '0') * 10 + (plain[10] - '0');  // a woman's is 40 more
  const bool born = (day >= 1 && day <= 31) || (day >= 41 && day <= 71);
  return born && kMonths.find(id[8]) != std::string_view::npos && id[15] == 'A' + sum % 26;
}

bool is_dutch_bsn(std::string_view d) {
  const int sum = weighted_sum(d, std::array{9, 8, 7, 6, 5, 4, 3, 2, -1});
  return sum % 11 == 0 && !all_same(d);
}

bool is_brazilian_cpf(std::string_view d) {
  const int first = weighted_sum(d, std::array{10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10;
  const int second = weighted_sum(d, std::array{11, 10, 9, 8, 7, 6, 5, 4, 3, 2}) * 10 % 11 % 10;
  return !all_same(d) && first == d[9] - '0' && second == d[10] - '0';
}

bool is_indian_aadhaar(std::string_view d) {
  return d[0] >= '2' && !std::equal(d.begin(), d.begin() + 6, d.rbegin()) && verhoeff_holds(d);
}

bool is_chinese_id(std::string_view id) {
  constexpr std::array<int, 17> kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  if (!all_digits(id.substr(0, 17)) || id[0] == '0' || id[0] == '9') return false;
  const int year = number(id.substr(6, 4));
  if (year < 1880 || year > 2099 || !is_date(number(id.substr(10, 2)), number(id.substr(12, 2)))) return false;
  const int sum = weighted_sum(id.substr(0, 17), kWeights);
  return id[17] == "10X98765432"[sum % 11];
}

bool is_polish_pesel(std::string_view d) {
  const int sum = weighted_sum(d, std::array{1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1});
  return is_date(number(d.substr(2, 2)) % 20, number(d.substr(4, 2))) && sum % 10 == 0;
}

bool is_swedish_pnr(std::string_view d) {
  if (d.size() == 12) {
    if (d.substr(0, 2) < "18" || d.substr(0, 2) > "20") return false;
    d.remove_prefix(2);
  }
  const int day = number(d.substr(4, 2));
  return is_date(number(d.substr(2, 2)), day > 60 ? day - 60 : day) && luhn_holds(d);
}

}  // namespace llmops::data::pii
