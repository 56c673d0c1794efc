// Pseudo-random choices that a key and a value decide.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace llmops::data::pii {

/// HMAC-SHA256 (RFC 2104), 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// A stream of choices, the same for the same key, purpose, value and attempt.
class KeyedDraw {
 public:
  KeyedDraw(std::string_view key, std::string_view purpose, std::string_view value, int attempt = 0);

  std::uint64_t next();
  /// 0 to `count` - 1. @param count  at least 1
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(next() % count); }
  char digit() { return static_cast<char>('0' + below(10)); }
  char letter() { return static_cast<char>('a' + below(26)); }

 private:
  std::uint64_t state_ = 0;
};

/// Digits become digits and letters letters of the same case, the first digit of a run not 0 unless it was; the rest
/// stays.
std::string same_shape(std::string_view value, KeyedDraw& draw);

}  // namespace llmops::data::pii
