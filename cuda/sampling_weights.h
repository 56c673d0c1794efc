// Logits as integers that order and add exactly, on host and device alike.
#pragma once

#include <cmath>
#include <cstdint>

namespace llmops::cuda {

/// Weight of the likeliest token; those below half a unit weigh nothing.
inline constexpr float kFullWeight = 0x1p38F;

/// A key in the order of numbers: larger for larger values, 0 and -0 alike. @param bits  of the value + 0
constexpr std::uint32_t order_key(std::uint32_t bits) { return (bits >> 31) != 0 ? ~bits : bits | 0x80000000U; }
constexpr std::uint32_t bits_of_key(std::uint32_t key) { return (key >> 31) != 0 ? key & 0x7fffffffU : ~key; }
/// Of minus infinity, which is what a forbidden token has.
inline constexpr std::uint32_t kForbiddenKey = order_key(0xff800000U);

/// The tokens a choice is made among: those above a key, and the first `ties` of those at it.
struct Kept {
  std::uint32_t key = kForbiddenKey;
  std::uint32_t ties = 0;
};

/// A key's digit in one of the three rounds of a search, from the highest: 11, 11 and 10 bits.
struct Digit {
  int shift, bits;
  constexpr std::uint32_t of(std::uint32_t key) const { return key >> shift & ((1U << bits) - 1); }
  /// Whether two keys have the same digits before this one.
  constexpr bool same_before(std::uint32_t a, std::uint32_t b) const {
    return shift + bits == 32 || (a >> (shift + bits)) == (b >> (shift + bits));
  }
};
inline constexpr int kDigits = 3;
inline constexpr int kBins = 2048;
constexpr Digit digit_of_round(int round) {
  return round == 0 ? Digit{21, 11} : (round == 1 ? Digit{10, 11} : Digit{0, 10});
}

/// Weights are counted in three pieces of 13 bits, whose sums over kMostVocabulary tokens fit 32 bits, because 32 bits
/// are what shared memory adds atomically without retrying.
inline constexpr int kPieces = 3, kPieceBits = 13;

}  // namespace llmops::cuda
