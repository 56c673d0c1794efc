// What a matrix is multiplied with, quantized once for all matrices that read it.
#pragma once

#include <cstdint>
#include <memory>

#include "ops/packed_matrix.h"
#include "ops/thread_pool.h"

namespace llmops::ops {

/// Tokens whose numbers lie beside each other, so that a kernel finds those of all from one address.
inline constexpr int kTokenBlock = 6;

/// 32 columns of a block of tokens: value = scale * q, q in -127..127. What a last block lacks is undefined.
struct ActivationGroup {
  std::int8_t q[kTokenBlock][kGroup];
  float scale[kTokenBlock];
  // For the numbers that weights are stored with added: of 32 columns, and of each 16.
  std::int32_t minus_sum[kTokenBlock];
  std::int32_t minus_half_sum[2][kTokenBlock];
};

/// 32 columns of 16 tokens in bfloat16: a tile of AMX. Columns beyond the last are zeros, tokens beyond it undefined.
struct alignas(64) Bfloat16Group {
  static constexpr int kTokens = 16;
  std::uint16_t values[kTokens][kGroup];
};

/// Plain view for kernels.
struct ActivationView {
  std::int64_t tokens = 0, cols = 0;
  std::int64_t decoded = 0;                 ///< the first of the tokens, see Activations
  const float* values = nullptr;            ///< (N, K)
  const ActivationGroup* groups = nullptr;  ///< (ceil(N / 6), K / 32); null while no matrix needed them
  // (ceil(N / 16), ceil(K / 32)): values in bfloat16, and what those lack of them; null likewise.
  const Bfloat16Group *high = nullptr, *low = nullptr;
};

struct Kernels;

class Activations {
 public:
  /// @param values   (N, K) row-major, kept by the caller as long as this is used
  /// @param decoded  the first so many tokens are those that a model writes one by one, the others those it reads many
  /// at a time. Where the machine has a faster way for many than for one, and it rounds otherwise, this chooses, never
  /// how many there are: a token's numbers must not depend on those beside it.
  Activations(const float* values, std::int64_t tokens, std::int64_t cols, std::int64_t decoded = 0);

  const ActivationView& view() const { return view_; }
  /// Fills what `kernels` read of x for weights of a format, once. K is a multiple of 32 for quantized ones.
  void prepare(PackedFormat format, const Kernels& kernels, ThreadPool& pool);

 private:
  void quantize(std::int64_t tokens, const Kernels& kernels, ThreadPool& pool);
  void round(bool with_low, const Kernels& kernels, ThreadPool& pool);

  ActivationView view_;
  std::unique_ptr<ActivationGroup[]> groups_;
  std::unique_ptr<Bfloat16Group[]> high_, low_;
};

}  // namespace llmops::ops
