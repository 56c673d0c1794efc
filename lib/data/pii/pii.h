// Personal data in text: found by hand-written scanners, replaced by a label.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/record.h"

namespace llmops::data {

/// The order is that of the enumerator only; pii.cc says which type wins.
enum class PiiType : std::uint8_t {
  kEmail,
  kPhone,
  kIp,
  kCard,
  kIban,
  kSecret,       ///< keys, tokens, passwords, URLs with credentials
  kNationalId,   ///< numbers that a state gives to a person
  kName,         ///< of persons
  kAddress,      ///< street lines, and the postal codes by them
  kDateOfBirth,  ///< a date that the words around it call so
  kCrypto,       ///< wallet addresses
  kDeviceId,     ///< MAC addresses and IMEI numbers
};
constexpr int kPiiTypes = 12;

/// Which types to look for, a bit each.
using PiiSet = std::uint32_t;
constexpr PiiSet pii_bit(PiiType type) { return 1U << static_cast<unsigned>(type); }
constexpr PiiSet all_pii() { return (1U << kPiiTypes) - 1; }
/// What a recipe that names no types looks for: email, phone, ip, card, iban, secret, national_id. The others are
/// guesses from the words around (name, address, date_of_birth), or of interest to few (crypto, device_id).
constexpr PiiSet default_pii() {
  return pii_bit(PiiType::kEmail) | pii_bit(PiiType::kPhone) | pii_bit(PiiType::kIp) | pii_bit(PiiType::kCard) |
         pii_bit(PiiType::kIban) | pii_bit(PiiType::kSecret) | pii_bit(PiiType::kNationalId);
}

/// "email", "phone", "ip", "card", "iban", "secret", "national_id", "name", "address", "date_of_birth", "crypto",
/// "device_id".
const char* pii_name(PiiType type);
/// "[EMAIL]" and so on: what a redacted value becomes.
const char* pii_label(PiiType type);
std::optional<PiiType> parse_pii(std::string_view name);
/// All names with ", " between them, for messages.
std::string pii_names();

/// Bytes [begin, end) of the text.
struct PiiSpan {
  PiiType type;
  std::size_t begin = 0;
  std::size_t end = 0;
};

class NameBook;

/// Spans in order of `begin`, none overlapping, none cutting a UTF-8 character. Where two types claim the same bytes,
/// the stricter one wins: a checksum (card, IBAN) over a form (e-mail, secret, IP) over a guess (phone, name). The
/// label of a type is never part of a span.
/// @param names  names of the user's own, looked for with PiiType::kName; nullptr for none
std::vector<PiiSpan> find_pii(std::string_view text, PiiSet types, const NameBook* names = nullptr);

/// `text` with labels in place of what was found, until nothing more is found: redacting twice changes nothing.
/// @param counts  is added to, by pii_name()
std::string redact_pii(std::string_view text, PiiSet types, Counts& counts);

}  // namespace llmops::data
