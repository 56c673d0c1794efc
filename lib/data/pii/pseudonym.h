// Pseudonyms: the same value becomes the same made-up value of its form, by a keyed hash.
#pragma once

#include <string>
#include <string_view>

#include "data/pii/pii.h"

namespace llmops::data {

/// A made-up value of the type and form of `value`: e-mail addresses of example.com, telephone numbers of the 555-01xx
/// range, cards of issuers' test ranges with a valid Luhn sum, addresses of 203.0.113.0/24 and 2001:db8::/32 (RFC 5737,
/// RFC 3849), social security numbers that are never issued, other names of the built-in lists, other numbers with
/// their check digits. Equal for equal values, whatever their case and separators; not unique: an IPv4 address has 254.
///
/// Whoever knows the key (or guesses it, where it is only a seed) can test whether a value became a pseudonym: this is
/// pseudonymous, not anonymous. Without the key the values are not found back but by guessing it.
std::string pseudonym(PiiType type, std::string_view value, std::string_view key);

}  // namespace llmops::data
