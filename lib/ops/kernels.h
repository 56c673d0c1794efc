// The functions that exist once for each instruction set.
#pragma once

#include <cstdint>

#include "ops/activations.h"
#include "ops/isa.h"
#include "ops/packed_matrix.h"
#include "ops/paged_attention.h"

namespace llmops::ops {

/// A part of a product: rows [tile_begin, tile_end) * 16 of W for all tokens of x.
struct ProductPart {
  const PackedMatrix* weight = nullptr;
  std::int64_t tile_begin = 0, tile_end = 0;
  ActivationView x;
  float* y = nullptr;  ///< (N, M)
  std::int64_t stride = 0;
};

/// Some queries (rows) of one sequence that share a key-value head.
struct AttentionRows {
  static constexpr int kMost = 8;
  int count = 0;
  const float* q[kMost];         ///< (D)
  float* out[kMost];             ///< (D)
  std::int64_t position[kMost];  ///< of the query in its sequence
  const float* bias[kMost];      ///< what is added to scores by key position, or null
  const CacheLayer* layer = nullptr;
  int kv_head = 0;
  const std::int32_t* blocks = nullptr;
  float scale = 1, softcap = 0;
  int window = 0;
};

/// How products take activations in bfloat16.
enum class Bfloat16Use {
  kNone,       ///< as they are, or quantized
  kPrompts,    ///< prompts rounded to it (Activations has why); what is decoded as kNone
  kBothParts,  ///< all as the sum of two such numbers
};

struct Kernels {
  Bfloat16Use quantized, bfloat16;  ///< of the products with quantized and with bfloat16 weights
  Bfloat16Use bfloat16_use(PackedFormat format) const {
    if (is_quantized(format)) return quantized;
    return format == PackedFormat::kBf16 ? bfloat16 : Bfloat16Use::kNone;
  }
  /// @param x  (tokens, 32 * groups), at most kTokenBlock tokens @param out  (groups)
  void (*quantize_block)(const float* x, int tokens, std::int64_t groups, ActivationGroup* out);
  /// @param x  (tokens, cols), at most Bfloat16Group::kTokens tokens @param high, low  (ceil(cols / 32)); low may be
  /// null. The function is null where no product reads it.
  void (*round_block)(const float* x, int tokens, std::int64_t cols, Bfloat16Group* high, Bfloat16Group* low);
  void (*product)(const ProductPart& part);
  void (*attend)(const AttentionRows& rows);
  void (*store_half)(const float* x, std::uint16_t* out, std::int64_t count, std::int64_t out_stride);
  // As row_ops.h says.
  void (*rms_norm)(const float* x, const float* gamma, float* y, std::int64_t rows, std::int64_t cols, float epsilon);
  void (*layer_norm)(const float* x, const float* gamma, const float* beta, float* y, std::int64_t rows,
                     std::int64_t cols, float epsilon);
  void (*rotate)(float* x, const float* cos, const float* sin, std::int64_t heads, std::int64_t size, std::int64_t half,
                 bool pairs);
  void (*swiglu)(const float* gate, const float* up, float* y, std::int64_t count);
  void (*add_scaled)(float* x, const float* dx, float scale, std::int64_t count);
  void (*exp)(const float* x, float* y, std::int64_t count);
  void (*softcap)(float* x, float softcap, std::int64_t count);
  float (*max)(const float* x, std::int64_t count);
  double (*log_sum_exp)(const float* x, std::int64_t count);
  // As machine_limits.h uses them: @returns something of all bytes; the multiply-adds that were done.
  std::uint64_t (*read)(const std::byte* data, std::size_t bytes);
  std::int64_t (*multiply_bytes)(std::int64_t rounds);
  std::int64_t (*multiply_floats)(std::int64_t rounds);
  std::int64_t (*multiply_bfloat16)(std::int64_t rounds);  ///< null where no instruction does
};

const Kernels& kernels_for(Isa isa);
/// Those of chosen_isa().
const Kernels& kernels();

// Each in a file compiled for its instruction set.
extern const Kernels kPortableKernels;
#if defined(__x86_64__)
extern const Kernels kAvx2Kernels;
extern const Kernels kAvx512Kernels;
extern const Kernels kAvx512Bf16Kernels;
extern const Kernels kAmxKernels;
#endif

}  // namespace llmops::ops
