// The loops that measure the machine run on it, with every instruction set.
#include "ops/machine_limits.h"
#include "ops/kernels.h"
#include "support/catch.h"

namespace llmops::ops {

TEST_CASE("every instruction set measures its own limits", "[ops]") {
  for (const Isa isa : runnable_isas()) {
    INFO(isa_name(isa));
    const Kernels& kernels = kernels_for(isa);
    CHECK(kernels.multiply_bytes(1000) >= 16'000);
    CHECK(kernels.multiply_floats(1000) >= 4'000);
    REQUIRE((kernels.multiply_bfloat16 != nullptr) == (isa >= Isa::kAvx512Bf16));
    if (isa == Isa::kAvx512Bf16) CHECK(kernels.multiply_bfloat16(1000) == 1000 * 12 * 16 * 2);
    if (isa == Isa::kAmx) CHECK(kernels.multiply_bfloat16(1000) == 1000 * 4 * 16 * 16 * 32);
  }
}

TEST_CASE("limits are those of all threads together", "[ops]") {
  ThreadPool pool(2);
  const MachineLimits limits = measure_limits(pool);
  CHECK(limits.read_gb_s > 0);
  CHECK(limits.int8_gmac_s > 0);
  CHECK(limits.float32_gmac_s > 0);
  CHECK((limits.bfloat16_gmac_s > 0) == (chosen_isa() >= Isa::kAvx512Bf16));
}

}  // namespace llmops::ops
