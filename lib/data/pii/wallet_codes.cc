#include "data/pii/wallet_codes.h"

#include <algorithm>
#include <array>

#include "core/hash.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

constexpr std::size_t kChecksumBytes = 4, kMostBase58 = 64, kMostBech32 = 90;
constexpr std::uint32_t kBech32m = 0x2bc830a3;

std::string sha256_bytes(std::string_view bytes) {
  const std::string hex = sha256_hex(bytes);
  const auto value = [](char c) { return is_digit(c) ? c - '0' : c - 'a' + 10; };
  std::string out;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) out += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  return out;
}

std::string checksum_of(const std::vector<std::uint8_t>& payload) {
  const std::string bytes(payload.begin(), payload.end());
  return sha256_bytes(sha256_bytes(bytes)).substr(0, kChecksumBytes);
}

// One number in another base, the most significant digit first; leading zeros are not kept.
std::vector<std::uint8_t> change_base(const std::vector<std::uint8_t>& digits, std::uint32_t from, std::uint32_t to) {
  std::vector<std::uint8_t> out;  // the least significant first
  for (const std::uint8_t digit : digits) {
    std::uint32_t carry = digit;
    for (std::uint8_t& place : out) {
      carry += place * from;
      place = static_cast<std::uint8_t>(carry % to);
      carry /= to;
    }
    for (; carry > 0; carry /= to) out.push_back(static_cast<std::uint8_t>(carry % to));
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::size_t leading(const std::vector<std::uint8_t>& digits) {
  return static_cast<std::size_t>(
      std::find_if(digits.begin(), digits.end(), [](std::uint8_t digit) { return digit != 0; }) - digits.begin());
}

std::uint32_t polymod(const std::vector<std::uint8_t>& values) {
  constexpr std::array<std::uint32_t, 5> kGenerator = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t check = 1;
  for (const std::uint8_t value : values) {
    const std::uint32_t top = check >> 25;
    check = (check & 0x1ffffff) << 5 ^ value;
    for (std::size_t i = 0; i < kGenerator.size(); ++i) check ^= (top >> i & 1) != 0 ? kGenerator[i] : 0;
  }
  return check;
}

std::vector<std::uint8_t> expand(std::string_view prefix) {
  std::vector<std::uint8_t> values;
  for (const char c : prefix) values.push_back(static_cast<std::uint8_t>(c >> 5));
  values.push_back(0);
  for (const char c : prefix) values.push_back(static_cast<std::uint8_t>(c & 31));
  return values;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> base58check_decode(std::string_view text) {
  if (text.size() > kMostBase58) return std::nullopt;
  std::vector<std::uint8_t> digits;
  for (const char c : text) {
    const std::size_t value = kBase58.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    digits.push_back(static_cast<std::uint8_t>(value));
  }
  std::vector<std::uint8_t> bytes(leading(digits), 0);
  for (const std::uint8_t byte : change_base(digits, 58, 256)) bytes.push_back(byte);
  if (bytes.size() <= kChecksumBytes) return std::nullopt;
  const std::string checksum(bytes.end() - kChecksumBytes, bytes.end());
  bytes.resize(bytes.size() - kChecksumBytes);
  if (checksum != checksum_of(bytes)) return std::nullopt;
  return bytes;
}

std::string base58check_encode(std::vector<std::uint8_t> payload) {
  for (const char c : checksum_of(payload)) payload.push_back(static_cast<std::uint8_t>(c));
  std::string text(leading(payload), kBase58[0]);
  for (const std::uint8_t digit : change_base(payload, 256, 58)) text += kBase58[digit];
  return text;
}

std::uint32_t bech32_constant(std::string_view text) {
  const std::size_t one = text.rfind('1');
  if (text.size() > kMostBech32 || one == std::string_view::npos || one == 0 || one + 7 > text.size()) return 0;
  std::vector<std::uint8_t> values = expand(text.substr(0, one));
  for (const char c : text.substr(one + 1)) {
    const std::size_t value = kBech32.find(c);
    if (value == std::string_view::npos) return 0;
    values.push_back(static_cast<std::uint8_t>(value));
  }
  const std::uint32_t check = polymod(values);
  return check == 1 || check == kBech32m ? check : 0;
}

bool bech32_holds(std::string_view text) {
  const bool has_upper = std::any_of(text.begin(), text.end(), is_upper);
  if (has_upper && std::any_of(text.begin(), text.end(), is_lower)) return false;
  std::string lower_case(text.substr(0, kMostBech32 + 1));
  std::transform(lower_case.begin(), lower_case.end(), lower_case.begin(), lower);
  return bech32_constant(lower_case) != 0;
}

std::string bech32_encode(std::string_view prefix, const std::vector<std::uint8_t>& data, std::uint32_t constant) {
  std::vector<std::uint8_t> values = expand(prefix);
  values.insert(values.end(), data.begin(), data.end());
  values.insert(values.end(), 6, 0);
  const std::uint32_t check = polymod(values) ^ constant;
  std::string text = std::string(prefix) + "1";
  for (const std::uint8_t value : data) text += kBech32[value];
  for (int i = 0; i < 6; ++i) text += kBech32[check >> (5 * (5 - i)) & 31];
  return text;
}

}  // namespace llmops::data::pii
