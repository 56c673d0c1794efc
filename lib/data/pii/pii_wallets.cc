// Addresses of cryptocurrencies: tokens of the right length whose checksum holds.
#include <algorithm>
#include <array>

#include "data/pii/pii_scanners.h"
#include "data/pii/scan_text.h"
#include "data/pii/wallet_codes.h"

namespace llmops::data::pii {

namespace {

using namespace std::string_view_literals;

// Human-readable parts of Bech32 addresses in wide use.
constexpr std::array kPrefixes = {"bc1"sv, "tb1"sv, "ltc1"sv, "addr1"sv, "cosmos1"sv, "osmo1"sv};

// Version bytes of addresses: Bitcoin (0, 5, test 111, 196), Litecoin (48, 50), Dogecoin (30, 22), Dash (76, 16), Tron
// (65).
bool is_base58_address(std::string_view token) {
  if (token.size() < 26 || token.size() > 35) return false;
  constexpr std::array<std::uint8_t, 11> kVersions = {0, 5, 111, 196, 48, 50, 30, 22, 76, 16, 65};
  const auto payload = base58check_decode(token);
  return payload && payload->size() == 21 &&
         std::find(kVersions.begin(), kVersions.end(), payload->front()) != kVersions.end();
}

bool is_wallet(std::string_view token) {
  if (token.size() == 42 && token[0] == '0' && (token[1] == 'x' || token[1] == 'X')) {
    // An address of zeros, or of one digit, is a constant of programs.
    return std::all_of(token.begin() + 2, token.end(), is_hex) &&
           std::any_of(token.begin() + 3, token.end(), [&](char c) { return c != token[2]; });
  }
  if (token.size() < 26 || token.size() > 110) return false;
  for (const std::string_view prefix : kPrefixes) {
    if (begins_with(token, 0, prefix)) return bech32_holds(token);
  }
  return is_base58_address(token);
}

}  // namespace

void find_wallets(const Scan& scan, std::vector<PiiSpan>& out) {
  std::size_t end = 0;
  for (const DigitRun& run : scan.anchors.digits) {
    if (run.begin < end) continue;
    std::size_t begin = run.begin;
    while (begin > end && is_alnum(scan.text[begin - 1])) --begin;
    end = run.end;
    while (end < scan.text.size() && is_alnum(scan.text[end])) ++end;
    if (end - begin < 26 || !stands_alone(scan.text, begin, end)) continue;
    if (is_wallet(scan.text.substr(begin, end - begin))) out.push_back({PiiType::kCrypto, begin, end});
  }
}

}  // namespace llmops::data::pii
