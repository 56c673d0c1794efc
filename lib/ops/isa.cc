// Telling instruction sets apart by cpuid.
#include "ops/isa.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <vector>

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::ops {
namespace {

constexpr std::array kAll = {Isa::kPortable, Isa::kAvx2, Isa::kAvx512Vnni, Isa::kAvx512Bf16, Isa::kAmx};
constexpr std::array kNames = {"portable", "avx2", "avx512-vnni", "avx512-bf16", "amx"};

/// Linux keeps a process's tile registers only once it was asked to.
bool may_use_tiles() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr long kRequestPermission = 0x1023, kTileData = 18;  // arch_prctl(2): ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
#else
  return false;
#endif
}

/// libgcc also asks whether the operating system keeps the wide registers.
bool runs(Isa isa) {
#if defined(__x86_64__)
  switch (isa) {
    case Isa::kPortable: return true;
    case Isa::kAvx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && runs(Isa::kPortable);
    case Isa::kAvx512Vnni:
      return runs(Isa::kAvx2) && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
             __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx512vnni");
    case Isa::kAvx512Bf16: return runs(Isa::kAvx512Vnni) && __builtin_cpu_supports("avx512bf16");
    case Isa::kAmx:
      return runs(Isa::kAvx512Bf16) && __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-int8") &&
             __builtin_cpu_supports("amx-bf16") && may_use_tiles();
  }
  return false;
#else
  return isa == Isa::kPortable;
#endif
}

/// Intel's cores multiply bfloat16 in vectors at half the rate of float32 (measured on Sapphire Rapids: 51 against 102
/// GMAC/s), AMD's at twice. Known from who made it, not from measuring: a machine must not change its answers.
bool slower_in_bfloat16() {
#if defined(__x86_64__)
  return __builtin_cpu_is("intel");
#else
  return false;
#endif
}

Isa choose() {
  const char* forced = std::getenv("LLMOPS_FORCE_ISA");
  if (forced == nullptr || *forced == '\0') {
    const Isa widest = widest_isa();
    return widest == Isa::kAvx512Bf16 && slower_in_bfloat16() ? Isa::kAvx512Vnni : widest;
  }
  const Isa isa = parse_isa(forced);
  if (runs(isa)) return isa;
  throw UsageError(fmt::format("LLMOPS_FORCE_ISA is '{}', which this CPU does not run", forced),
                   fmt::format("the widest it runs is {}", isa_name(widest_isa())));
}

}  // namespace

const char* isa_name(Isa isa) { return kNames[static_cast<std::size_t>(isa)]; }

Isa parse_isa(std::string_view name) {
  for (const Isa isa : kAll) {
    if (name == isa_name(isa)) return isa;
  }
  throw UsageError(fmt::format("unknown instruction set '{}'", name),
                   did_you_mean(std::string(name), std::vector<std::string>(kNames.begin(), kNames.end()),
                                "known are portable, avx2, avx512-vnni, avx512-bf16 and amx"));
}

std::span<const Isa> runnable_isas() {
  static const std::size_t count = [] {
    std::size_t found = 0;
    while (found < kAll.size() && runs(kAll[found])) ++found;
    return found;
  }();
  return {kAll.data(), count};
}

Isa widest_isa() { return runnable_isas().back(); }

Isa chosen_isa() {
  static const Isa isa = choose();
  return isa;
}

}  // namespace llmops::ops
