// What makes a number one that a state has given to a person: ranges and check digits, by country.
#pragma once

#include <string_view>

namespace llmops::data::pii {

// All take the characters without separators, letters in upper case, of the length that the number has.

bool is_us_ssn(std::string_view digits);          ///< 9; areas and groups that the SSA has not issued are none
bool is_us_itin(std::string_view digits);         ///< 9, from 900 on: tax ids, and numbers that are never issued
bool is_uk_nino(std::string_view id);             ///< 9, "AB123456C"; prefixes that HMRC does not use are none
bool is_uk_nhs(std::string_view digits);          ///< 10, modulo 11
bool is_german_tax_id(std::string_view digits);   ///< 11, ISO 7064 MOD 11,10; one digit of the first ten repeats
bool is_french_nir(std::string_view id);          ///< 15, key modulo 97; "2A" and "2B" are Corsica
bool is_spanish_dni(std::string_view id);         ///< 9, letter modulo 23; X, Y or Z in front for foreigners
bool is_italian_codice(std::string_view id);      ///< 16, check letter; also with letters for digits (omocodia)
bool is_dutch_bsn(std::string_view digits);       ///< 9, the test of eleven
bool is_brazilian_cpf(std::string_view digits);   ///< 11, two check digits
bool is_indian_aadhaar(std::string_view digits);  ///< 12, Verhoeff; begins with 2 to 9
bool is_chinese_id(std::string_view id);          ///< 18, region, date of birth, ISO 7064 MOD 11-2
bool is_polish_pesel(std::string_view digits);    ///< 11, date of birth with the century in the month
bool is_swedish_pnr(std::string_view digits);     ///< 10 or 12, date of birth (day + 60 in coordination numbers), Luhn

}  // namespace llmops::data::pii
