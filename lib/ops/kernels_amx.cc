// The kernels with AVX-512 and its BF16, and products with AMX's tiles.
#include "ops/simd/table.h"

namespace llmops::ops {

constexpr Kernels kAmxKernels = make_kernels();

}  // namespace llmops::ops
