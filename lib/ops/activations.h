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

/// Plain view for kernels.
struct ActivationView {
  std::int64_t tokens = 0, cols = 0;
  const float* values = nullptr;            ///< (N, K)
  const ActivationGroup* groups = nullptr;  ///< (ceil(N / 6), K / 32); null while no matrix needed them
};

class Activations {
 public:
  /// @param values  (N, K) row-major, kept by the caller as long as this is used
  Activations(const float* values, std::int64_t tokens, std::int64_t cols);

  const ActivationView& view() const { return view_; }
  /// Fills the groups, once. K is a multiple of 32.
  void quantize(ThreadPool& pool);

 private:
  ActivationView view_;
  std::unique_ptr<ActivationGroup[]> groups_;
};

}  // namespace llmops::ops
