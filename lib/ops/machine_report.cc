#include "ops/machine_report.h"

#include <fmt/format.h>

#include <cstdlib>

#include "core/process.h"

namespace llmops::ops {
namespace {

const char* byte_product(Isa isa) {
  switch (isa) {
    case Isa::kPortable: return "32-bit products of bytes in the baseline's vectors";
    case Isa::kAvx2: return "16-bit products added in pairs (vpmaddwd), 8 rows a register";
    case Isa::kAvx512Vnni:
    case Isa::kAvx512Bf16: return "four products of bytes an instruction (vpdpbusd), 16 rows a register";
    case Isa::kAmx: return "what is decoded as avx512-vnni; prompts in bfloat16 tiles";
  }
  return "";
}

const char* float_product(Isa isa) {
  switch (isa) {
    case Isa::kPortable: return "float32 products and sums, 4 rows a register";
    case Isa::kAvx2: return "fused float32, 8 rows a register";
    case Isa::kAvx512Vnni: return "fused float32, 16 rows a register; bfloat16 and half are widened on the way";
    case Isa::kAvx512Bf16: return "as avx512-vnni; prompts with bfloat16 weights in bfloat16 (vdpbf16ps)";
    case Isa::kAmx: return "bfloat16 in tiles of 16 tokens, 16 rows and 32 columns (tdpbf16ps); others fused float32";
  }
  return "";
}

}  // namespace

MachineReport examine_machine(int threads) {
  MachineReport report;
  report.cpu = cpu_model();
  report.processors = available_processors();
  report.threads = threads > 0 ? threads : report.processors;
  report.runnable.assign(runnable_isas().begin(), runnable_isas().end());
  report.isa = chosen_isa();
  const char* forced = std::getenv("LLMOPS_FORCE_ISA");
  report.reason = forced != nullptr && *forced != '\0' ? fmt::format("LLMOPS_FORCE_ISA is '{}'", forced)
                                                       : "the fastest that this CPU and system run";
  ThreadPool pool(report.threads);
  report.limits = measure_limits(pool);
  report.plan = {{"quantized weights", byte_product(report.isa)},
                 {"F32, F16 and BF16 weights", float_product(report.isa)},
                 {"one token at a time", "bound by reading weights: bytes of the model / bandwidth"},
                 {"prompts and batches", "bound by arithmetic: multiply-adds of the model / peak"}};
  return report;
}

}  // namespace llmops::ops
