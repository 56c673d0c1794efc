// Random numbers without state: the same for the same seed and counter, on the host and on the device.
#pragma once

#include <cstdint>

namespace llmops::cuda {

/// 64 random bits of Philox4x32-10. @param seed  its key @param counter  which of the seed's numbers
/// Source: Salmon et al., 2011, "Parallel Random Numbers: As Easy as 1, 2, 3".
constexpr std::uint64_t philox(std::uint64_t seed, std::uint64_t counter) {
  std::uint32_t x[4] = {static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32), 0, 0};
  auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * x[0], b = std::uint64_t{0xCD9E8D57} * x[2];
    const std::uint32_t next0 = static_cast<std::uint32_t>(b >> 32) ^ x[1] ^ key0;
    const std::uint32_t next2 = static_cast<std::uint32_t>(a >> 32) ^ x[3] ^ key1;
    x[0] = next0, x[1] = static_cast<std::uint32_t>(b);
    x[2] = next2, x[3] = static_cast<std::uint32_t>(a);
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
  return (std::uint64_t{x[1]} << 32) | x[0];
}

}  // namespace llmops::cuda
