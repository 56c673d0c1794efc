// What this machine can do at most, measured: the limits that figures are compared with.
#pragma once

#include <cstddef>

#include "ops/thread_pool.h"

namespace llmops::ops {

struct MachineLimits {
  double read_gb_s = 0;        ///< from memory, all threads together
  double int8_gmac_s = 0;      ///< multiply-adds of bytes in registers, 10^9 a second
  double float32_gmac_s = 0;   ///< of float32
  double bfloat16_gmac_s = 0;  ///< of bfloat16, in AMX's tiles where they are; 0 where no instruction does
};

/// Reads `bytes` of fresh memory, the best of `repeats` times; more than the caches hold to say something.
/// @returns 10^9 bytes a second
double measure_read_bandwidth(ThreadPool& pool, std::size_t bytes = std::size_t{512} << 20, int repeats = 3);

/// All of them; about half a second. Kernels are those of chosen_isa().
MachineLimits measure_limits(ThreadPool& pool);

}  // namespace llmops::ops
