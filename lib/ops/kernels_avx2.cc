// The kernels with AVX2, FMA and F16C.
#include "ops/simd/table.h"

namespace llmops::ops {

constexpr Kernels kAvx2Kernels = make_kernels();

}  // namespace llmops::ops
