// The table of kernels of the including file's instruction set.
#pragma once

#if defined(__AMX_TILE__)
#include "ops/simd/amx_weights.h"
#endif
#include "ops/simd/attention.h"
#if defined(__AVX512BF16__)
#include "ops/simd/bfloat16_product.h"
#include "ops/simd/bfloat16_rows.h"
#endif
#include "ops/simd/dense_product.h"
#include "ops/simd/integer_product.h"
#include "ops/simd/limits.h"
#include "ops/simd/rows.h"

namespace llmops::ops {
namespace {

#if defined(__AMX_TILE__)
template <typename Step>
using Quantized = ByRole<IntegerProduct<Step>, AmxProduct<WidenedWeights<Step>>>;
using Bfloat16 = AmxProduct<StoredBfloat16>;
constexpr auto kQuantizedUse = Bfloat16Use::kPrompts, kBfloat16Use = Bfloat16Use::kBothParts;
#elif defined(__AVX512BF16__)
template <typename Step>
using Quantized = IntegerProduct<Step>;
using Bfloat16 = ByRole<DenseProduct<Bf16Columns>, Bfloat16Product>;
constexpr auto kQuantizedUse = Bfloat16Use::kNone, kBfloat16Use = Bfloat16Use::kPrompts;
#else
template <typename Step>
using Quantized = IntegerProduct<Step>;
using Bfloat16 = DenseProduct<Bf16Columns>;
constexpr auto kQuantizedUse = Bfloat16Use::kNone, kBfloat16Use = Bfloat16Use::kNone;
#endif
#if defined(__AVX512BF16__)
constexpr auto kRoundBlock = round_block;
constexpr auto kMultiplyBfloat16 = multiply_bfloat16;
#else
constexpr decltype(Kernels::round_block) kRoundBlock = nullptr;
constexpr decltype(Kernels::multiply_bfloat16) kMultiplyBfloat16 = nullptr;
#endif

void product(const ProductPart& p) {
  switch (p.weight->format()) {
    case PackedFormat::kF32: return DenseProduct<F32Column>::run(p);
    case PackedFormat::kF16: return DenseProduct<F16Column>::run(p);
    case PackedFormat::kBf16: return Bfloat16::run(p);
    case PackedFormat::kInt8: return Quantized<Int8Step>::run(p);
    case PackedFormat::kInt8Min: return Quantized<Int8MinStep>::run(p);
    case PackedFormat::kInt4: return Quantized<Int4Step>::run(p);
    case PackedFormat::kInt4Min: return Quantized<Int4MinStep>::run(p);
    case PackedFormat::kInt6: return Quantized<Int6Step>::run(p);
  }
}

constexpr Kernels make_kernels() {
  return {kQuantizedUse, kBfloat16Use, quantize_block, kRoundBlock,    product,         attend,           store_half,
          rms_norm,      layer_norm,   rotate,         swiglu,         add_scaled,      exp_values,       cap,
          max_value,     log_sum_exp,  read_bytes,     multiply_bytes, multiply_floats, kMultiplyBfloat16};
}

}  // namespace
}  // namespace llmops::ops
