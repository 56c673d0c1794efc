// The scanners behind find_pii, one a type. Each appends spans in order of `begin`; spans of one type do not overlap.
#pragma once

#include "data/pii/anchors.h"
#include "data/pii/pii.h"

namespace llmops::data::pii {

/// local@domain.tld, also with letters of other scripts and in punycode; "name at host dot com" and "name (at)
/// host.com".
void find_emails(const Scan& scan, std::vector<PiiSpan>& out);
/// Grouped or international numbers of 7 to 15 digits; dates, social security numbers, postcodes and amounts are not.
void find_phones(const Scan& scan, std::vector<PiiSpan>& out);
/// IPv4 dotted quads that are not version numbers, and IPv6 in all of RFC 4291's forms, with a zone.
void find_ips(const Scan& scan, std::vector<PiiSpan>& out);
/// Blanks or hyphens between groups, an issuer's first digits and length, and a valid Luhn sum.
void find_cards(const Scan& scan, std::vector<PiiSpan>& out);
/// ISO 13616: country, length and check digits modulo 97.
void find_ibans(const Scan& scan, std::vector<PiiSpan>& out);
/// Keys and tokens with a well-known prefix, private key blocks, JSON web tokens, "user:password" of a URL, and values
/// that look random after "password=" and the like.
void find_secrets(const Scan& scan, std::vector<PiiSpan>& out);
/// Numbers that states give to persons (national_ids.cc lists them); those with weak checks need a word nearby.
void find_national_ids(const Scan& scan, std::vector<PiiSpan>& out);
/// Street lines of English, German, French, Spanish and Italian form, and postal codes behind them.
void find_addresses(const Scan& scan, std::vector<PiiSpan>& out);
/// Dates behind "born", "date of birth" and the like.
void find_birth_dates(const Scan& scan, std::vector<PiiSpan>& out);
/// Bitcoin and relatives (Base58Check, Bech32) and Ethereum (0x and 40 hexadecimal digits).
void find_wallets(const Scan& scan, std::vector<PiiSpan>& out);
/// MAC addresses; IMEI numbers by context.
void find_device_ids(const Scan& scan, std::vector<PiiSpan>& out);
/// Persons' names: see pii_names.cc. @param own  the user's names, nullptr for none
void find_names(const Scan& scan, const NameBook* own, std::vector<PiiSpan>& out);

/// "user:password" in front of the '@' of a URL: where it begins, or npos.
std::size_t credentials_begin(std::string_view text, std::size_t at_sign);

}  // namespace llmops::data::pii
