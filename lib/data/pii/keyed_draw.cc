#include "data/pii/keyed_draw.h"

#include "core/hash.h"
#include "data/pii/scan_text.h"

namespace llmops::data::pii {

namespace {

constexpr std::size_t kBlock = 64;  // bytes of SHA-256's block

std::string sha256_bytes(std::string_view first, std::string_view second) {
  Sha256 hash;
  hash.update(first);
  hash.update(second);
  const std::string hex = hash.hex();
  const auto value = [](char c) { return is_digit(c) ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes += static_cast<char>(value(hex[i]) * 16 + value(hex[i + 1]));
  return bytes;
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string padded = key.size() > kBlock ? sha256_bytes(key, "") : std::string(key);
  padded.resize(kBlock, '\0');
  std::string inner = padded, outer = padded;
  for (std::size_t i = 0; i < kBlock; ++i) {
    inner[i] = static_cast<char>(inner[i] ^ 0x36);
    outer[i] = static_cast<char>(outer[i] ^ 0x5c);
  }
  return sha256_bytes(outer, sha256_bytes(inner, message));
}

KeyedDraw::KeyedDraw(std::string_view key, std::string_view purpose, std::string_view value, int attempt) {
  std::string message(purpose);
  message += '\0';
  message += static_cast<char>(attempt);
  message += value;
  const std::string digest = hmac_sha256(key, message);
  for (std::size_t i = 0; i < 8; ++i) state_ = state_ << 8 | static_cast<unsigned char>(digest[i]);
}

// SplitMix64: the key is in the state, and what is drawn is not secret.
std::uint64_t KeyedDraw::next() {
  std::uint64_t z = state_ += 0x9E3779B97F4A7C15ULL;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
  return z ^ z >> 31;
}

std::string same_shape(std::string_view value, KeyedDraw& draw) {
  std::string out(value);
  for (std::size_t i = 0; i < out.size(); ++i) {
    char& c = out[i];
    if (is_digit(c)) {
      const bool leads = c != '0' && (i == 0 || !is_digit(value[i - 1]));
      c = leads ? static_cast<char>('1' + draw.below(9)) : draw.digit();
    } else if (is_letter(c)) {
      c = is_upper(c) ? upper(draw.letter()) : draw.letter();
    }
  }
  return out;
}

}  // namespace llmops::data::pii
