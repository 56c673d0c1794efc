#include "ops/float_rows.h"

#include "ops/half.h"
#include "ops/simd_clones.h"

namespace llmops::ops {

LLMOPS_SIMD_CLONES void bfloat16_to_floats(const std::uint16_t* from, float* to, std::int64_t count) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) to[i] = bfloat16_to_float(from[i]);
}

LLMOPS_SIMD_CLONES void floats_to_bfloat16(const float* from, std::uint16_t* to, std::int64_t count) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) to[i] = float_to_bfloat16(from[i]);
}

at::Tensor as_rows(const at::Tensor& tensor) {
  return (tensor.scalar_type() == at::kBFloat16 ? tensor : tensor.to(at::kFloat)).contiguous();
}

}  // namespace llmops::ops
