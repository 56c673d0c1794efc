// Keys, digits and random numbers of the device's sampler; runs without a device.
#include "cuda/sampling_weights.h"

#include <bit>
#include <vector>

#include "cuda/philox.h"
#include "cuda/sampling.h"
#include "support/catch.h"

using namespace llmops;

TEST_CASE("keys order as numbers do, and lead back to them", "[cuda]") {
  const std::vector<float> rising = {-INFINITY, -3e38F, -2.5F,       -1, -1e-40F, 0,
                                     1e-40F,    0.5F,   0.50000006F, 7,  3e38F,   INFINITY};
  std::uint32_t last = 0;
  for (const float value : rising) {
    const std::uint32_t key = cuda::order_key(std::bit_cast<std::uint32_t>(value));
    CHECK(key > last);
    CHECK(cuda::bits_of_key(key) == std::bit_cast<std::uint32_t>(value));
    last = key;
  }
  CHECK(cuda::order_key(std::bit_cast<std::uint32_t>(-INFINITY)) == cuda::kForbiddenKey);
}

TEST_CASE("digits of a key put it together again", "[cuda]") {
  for (const std::uint32_t key : {0U, 0x007fffffU, 0x80000001U, 0xbf812345U, 0xffffffffU}) {
    std::uint32_t prefix = 0;
    for (int round = 0; round < cuda::kDigits; ++round) {
      const cuda::Digit digit = cuda::digit_of_round(round);
      CHECK(digit.same_before(key, prefix));
      CHECK(digit.same_before(key ^ (1U << digit.shift), prefix));  // a digit itself is not among those before it
      if (round > 0) CHECK_FALSE(digit.same_before(key ^ 0x80000000U, prefix));
      CHECK(1 << digit.bits <= cuda::kBins);
      prefix |= digit.of(key) << digit.shift;
    }
    CHECK(prefix == key);
  }
}

TEST_CASE("sums of all weights fit", "[cuda]") {
  CHECK(cuda::kFullWeight < static_cast<float>(1ULL << (cuda::kPieces * cuda::kPieceBits)));
  CHECK(((1ULL << cuda::kPieceBits) - 1) * cuda::kMostVocabulary <= 0xffffffffULL);  // of one piece, in 32 bits
}

TEST_CASE("random numbers are Philox's published ones", "[cuda]") {
  // Known answers of the authors' Random123, philox4x32-10: counter and key 0; the first two of four words.
  CHECK(cuda::philox(0, 0) == 0xe169c58d6627e8d5ULL);
  static_assert(cuda::philox(1, 0) != cuda::philox(0, 0) && cuda::philox(0, 1) != cuda::philox(0, 0));
  double sum = 0;
  for (std::uint64_t i = 0; i < 10000; ++i) sum += static_cast<double>(cuda::philox(5, i)) * 0x1p-64;
  CHECK(sum / 10000 == Approx(0.5).margin(0.02));
}
