// What a matrix is multiplied with, quantized once for all matrices that read it.
#pragma once

#include <cstdint>
#include <vector>

#include "ops/thread_pool.h"

namespace llmops::ops {

/// Plain view for kernels. The quantized members are null while no matrix needed them.
struct ActivationView {
  std::int64_t tokens = 0, cols = 0;
  const float* values = nullptr;           ///< (N, K)
  const std::int8_t* quantized = nullptr;  ///< (N, K), value = scale * q, one scale a group of 32, q in -127..127
  const float* scales = nullptr;           ///< (N, K / 32)
  const std::int32_t* sums = nullptr;      ///< (N, K / 16), of q, for the numbers that weights are stored with added
};

class Activations {
 public:
  /// @param values  (N, K) row-major, kept by the caller as long as this is used
  Activations(const float* values, std::int64_t tokens, std::int64_t cols);

  const ActivationView& view() const { return view_; }
  /// Fills the quantized members, once. K is a multiple of 32.
  void quantize(ThreadPool& pool);

 private:
  ActivationView view_;
  std::vector<std::int8_t> quantized_;
  std::vector<float> scales_;
  std::vector<std::int32_t> sums_;
};

}  // namespace llmops::ops
