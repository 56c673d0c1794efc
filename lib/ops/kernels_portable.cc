// The kernels with what every CPU of the platform has.
#include "ops/simd/table.h"

namespace llmops::ops {

constexpr Kernels kPortableKernels = make_kernels();

}  // namespace llmops::ops
