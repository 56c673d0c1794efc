// Tensors in a file, as views of its bytes: what the readers of all formats give. Free of libtorch.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ops/half.h"

namespace llmops::model {

/// In the order of the table in dtype_table.cc. The types after kBool are blocks, which only GGUF has.
enum class DType {
  kF32,
  kF16,
  kBF16,
  kF64,
  kI8,
  kU8,
  kI16,
  kI32,
  kI64,
  kBool,
  kQ4_0,
  kQ4_1,
  kQ5_0,
  kQ5_1,
  kQ8_0,
  kQ2_K,
  kQ3_K,
  kQ4_K,
  kQ5_K,
  kQ6_K,
  kIQ4_NL,
  kIQ4_XS,
  kMXFP4
};

std::string dtype_name(DType dtype);  ///< "F32", "BF16", "Q4_0", ...
int block_elements(DType dtype);      ///< 1, or 32 or 256 for the quantized types
int block_bytes(DType dtype);
/// Bytes of `elements` of `dtype`. @throws InputError  when not a whole number of blocks or on overflow
std::uint64_t tensor_bytes(DType dtype, std::uint64_t elements);

/// The product of the sizes of a shape from a file we do not trust; none where a size is negative or the bytes could
/// overflow 63 bits.
std::optional<std::uint64_t> checked_elements(std::span<const std::int64_t> shape);

/// A tensor inside a mapped file. Shape is row-major, slowest first, for all formats.
struct TensorView {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;
  std::span<const std::byte> bytes;

  std::int64_t elements() const;
};

/// Writes `view` into float32, dequantizing. @param out  elements() values
void to_float32(const TensorView& view, std::span<float> out);
std::vector<float> to_float32(const TensorView& view);
using ops::bfloat16_to_float;
using ops::float_to_bfloat16;
using ops::float_to_half;
using ops::half_to_float;

}  // namespace llmops::model
