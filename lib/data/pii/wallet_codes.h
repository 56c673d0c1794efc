// The two encodings of cryptocurrency addresses, with their checksums.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::data::pii {

/// The version byte and payload of Base58Check text without its four checksum bytes, or nothing where it does not hold.
/// @param text  at most 64 characters; longer is nothing
std::optional<std::vector<std::uint8_t>> base58check_decode(std::string_view text);
std::string base58check_encode(std::vector<std::uint8_t> payload);

/// Whether text is Bech32 (BIP 173) or Bech32m (BIP 350), all lower or all upper case, 90 characters at most.
bool bech32_holds(std::string_view text);
/// @param data  five bits each  @param constant  1 for Bech32, 0x2bc830a3 for Bech32m
std::string bech32_encode(std::string_view prefix, const std::vector<std::uint8_t>& data, std::uint32_t constant);
/// Which of the two constants lower-case `text` ends in; 0 where neither holds.
std::uint32_t bech32_constant(std::string_view text);

inline constexpr std::string_view kBase58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
inline constexpr std::string_view kBech32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

}  // namespace llmops::data::pii
