// A 128-bit hash: wide enough to stand for content among billions of pieces, as long as nobody forges one.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace llmops {

struct Hash128 {
  std::uint64_t high = 0, low = 0;
  auto operator<=>(const Hash128&) const = default;
  /// 32 lower-case hexadecimal digits.
  std::string hex() const;
};

/// XXH3 with 128 bits.
Hash128 xxh3_128(std::string_view bytes);

}  // namespace llmops
