// What `llmops doctor` says of the kernels: which are used, why, and what the machine could do.
#pragma once

#include <string>
#include <vector>

#include "ops/isa.h"
#include "ops/machine_limits.h"

namespace llmops::ops {

struct MachineReport {
  std::string cpu;
  int processors = 0, threads = 0;
  std::vector<Isa> runnable;  ///< narrowest first
  Isa isa = Isa::kPortable;
  std::string reason;  ///< "the fastest that this CPU and system run", "LLMOPS_FORCE_ISA is 'avx2'"
  MachineLimits limits;
  struct Plan {
    std::string work;  ///< "quantized weights, one token"
    std::string how;   ///< "bytes by vpdpbusd; bound by memory"
  };
  std::vector<Plan> plan;
};

/// Measures for about a second. @throws UsageError  as chosen_isa() does
MachineReport examine_machine(int threads);

}  // namespace llmops::ops
