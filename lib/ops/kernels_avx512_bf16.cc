// The kernels with AVX-512 and its BF16.
#include "ops/simd/table.h"

namespace llmops::ops {

constexpr Kernels kAvx512Bf16Kernels = make_kernels();

}  // namespace llmops::ops
