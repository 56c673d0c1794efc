// The scanners behind find_pii, one a type. Each appends spans in order of `begin`; spans of one type do not overlap.
#pragma once

#include "data/pii/pii.h"

namespace llmops::data::pii {

/// local@domain.tld with the characters of RFC 5321's unquoted form.
void find_emails(std::string_view text, std::vector<PiiSpan>& out);
/// Grouped or international numbers of 7 to 15 digits; dates, social security numbers, postcodes and amounts are not.
void find_phones(std::string_view text, std::vector<PiiSpan>& out);
/// IPv4 dotted quads and IPv6.
void find_ips(std::string_view text, std::vector<PiiSpan>& out);
/// 13 to 19 digits, blanks or hyphens between groups, a known issuer's first digit, and a valid Luhn sum.
void find_cards(std::string_view text, std::vector<PiiSpan>& out);
/// ISO 13616: country, length and check digits modulo 97.
void find_ibans(std::string_view text, std::vector<PiiSpan>& out);
/// Keys and tokens with a well-known prefix, private key blocks, JSON web tokens, and long values after "password="
/// etc.
void find_secrets(std::string_view text, std::vector<PiiSpan>& out);

inline bool is_digit(char c) { return c >= '0' && c <= '9'; }
inline bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline bool is_alnum(char c) { return is_digit(c) || is_letter(c); }
/// The byte at `i`, or a blank outside the text.
inline char at(std::string_view text, std::size_t i) { return i < text.size() ? text[i] : ' '; }

}  // namespace llmops::data::pii
