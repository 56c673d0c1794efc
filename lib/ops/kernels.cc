#include "ops/kernels.h"

namespace llmops::ops {

const Kernels& kernels_for(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::kAmx) return kAmxKernels;
  if (isa == Isa::kAvx512Bf16) return kAvx512Bf16Kernels;
  if (isa == Isa::kAvx512Vnni) return kAvx512Kernels;
  if (isa == Isa::kAvx2) return kAvx2Kernels;
#endif
  static_cast<void>(isa);
  return kPortableKernels;
}

const Kernels& kernels() {
  static const Kernels& chosen = kernels_for(chosen_isa());
  return chosen;
}

}  // namespace llmops::ops
