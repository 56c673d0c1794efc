// Personal data in text: found by hand-written scanners, replaced by a label.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/record.h"

namespace llmops::data {

enum class PiiType : std::uint8_t { kEmail, kPhone, kIp, kCard, kIban, kSecret };
constexpr int kPiiTypes = 6;

/// Which types to look for, a bit each.
using PiiSet = std::uint8_t;
constexpr PiiSet pii_bit(PiiType type) { return static_cast<PiiSet>(1U << static_cast<unsigned>(type)); }
constexpr PiiSet all_pii() { return (1U << kPiiTypes) - 1; }

/// "email", "phone", "ip", "card", "iban", "secret".
const char* pii_name(PiiType type);
std::optional<PiiType> parse_pii(std::string_view name);

/// Bytes [begin, end) of the text.
struct PiiSpan {
  PiiType type;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Spans in order of `begin`, none overlapping. Where two types claim the same bytes, the stricter one wins: a checksum
/// (card, IBAN) over a form (e-mail, secret, IP) over a guess (phone).
std::vector<PiiSpan> find_pii(std::string_view text, PiiSet types);

/// `text` with "[EMAIL]", "[PHONE]", "[IP]", "[CARD]", "[IBAN]", "[SECRET]" in place of what was found.
/// @param counts  is added to, by pii_name()
std::string redact_pii(std::string_view text, PiiSet types, Counts& counts);

}  // namespace llmops::data
