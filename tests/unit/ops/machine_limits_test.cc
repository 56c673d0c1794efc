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
    CHECK((kernels.multiply_tiles == nullptr) == (isa != Isa::kAmx));
    if (kernels.multiply_tiles != nullptr) CHECK(kernels.multiply_tiles(1000) == 1000 * 4 * 16 * 16 * 32);
  }
}

TEST_CASE("limits are those of all threads together", "[ops]") {
  ThreadPool pool(2);
  const MachineLimits limits = measure_limits(pool);
  CHECK(limits.read_gb_s > 0);
  CHECK(limits.int8_gmac_s > 0);
  CHECK(limits.float32_gmac_s > 0);
  CHECK((limits.tiles_gmac_s > 0) == (chosen_isa() == Isa::kAmx));
}

}  // namespace llmops::ops
