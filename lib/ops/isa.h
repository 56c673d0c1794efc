// Which instruction set the kernels of this process use.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace llmops::ops {

/// Each includes those before it.
enum class Isa {
  kPortable,    ///< what every CPU of the platform has
  kAvx2,        ///< AVX2, FMA, F16C
  kAvx512Vnni,  ///< AVX-512 F, BW, DQ, VL and VNNI
  kAvx512Bf16,  ///< and BF16
  kAmx,         ///< and AMX's tiles of bytes and bfloat16
};

const char* isa_name(Isa isa);  ///< "portable", "avx2", "avx512-vnni", "avx512-bf16", "amx"
/// @throws UsageError  for an unknown name, with the nearest one
Isa parse_isa(std::string_view name);

/// The widest this CPU and its operating system run.
Isa widest_isa();
/// `LLMOPS_FORCE_ISA` where it is set, else the fastest: the widest, but for vectors of bfloat16 on Intel; read once.
/// @throws UsageError  for a name that is unknown, or that this CPU does not run
Isa chosen_isa();
/// All that this CPU runs, narrowest first.
std::span<const Isa> runnable_isas();

}  // namespace llmops::ops
