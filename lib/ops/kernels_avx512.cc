// The kernels with AVX-512 F, BW, DQ, VL and VNNI.
#include "ops/simd/table.h"

namespace llmops::ops {

constexpr Kernels kAvx512Kernels = make_kernels();

}  // namespace llmops::ops
