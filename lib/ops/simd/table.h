// The table of kernels of the including file's instruction set.
#pragma once

#include "ops/simd/attention.h"
#include "ops/simd/dense_product.h"
#include "ops/simd/integer_product.h"
#include "ops/simd/limits.h"
#include "ops/simd/rows.h"

namespace llmops::ops {
namespace {

void product(const ProductPart& p) {
  switch (p.weight->format()) {
    case PackedFormat::kF32: return DenseProduct<F32Column>::run(p);
    case PackedFormat::kF16: return DenseProduct<F16Column>::run(p);
    case PackedFormat::kBf16: return DenseProduct<Bf16Columns>::run(p);
    case PackedFormat::kInt8: return IntegerProduct<Int8Step>::run(p);
    case PackedFormat::kInt8Min: return IntegerProduct<Int8MinStep>::run(p);
    case PackedFormat::kInt4: return IntegerProduct<Int4Step>::run(p);
    case PackedFormat::kInt4Min: return IntegerProduct<Int4MinStep>::run(p);
    case PackedFormat::kInt6: return IntegerProduct<Int6Step>::run(p);
  }
}

constexpr Kernels make_kernels() {
  return {quantize_block, product,    attend, store_half, rms_norm,    layer_norm, rotate,         swiglu,
          add_scaled,     exp_values, cap,    max_value,  log_sum_exp, read_bytes, multiply_bytes, multiply_floats};
}

}  // namespace
}  // namespace llmops::ops
