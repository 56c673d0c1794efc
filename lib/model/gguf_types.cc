#include "model/gguf_types.h"

#include <fmt/format.h>

#include "core/error.h"

namespace llmops::model {
namespace {

struct TensorType {
  std::uint32_t number;
  const char* name;
  std::optional<DType> dtype;
};

constexpr TensorType kTensorTypes[] = {
    {0, "F32", DType::kF32},
    {1, "F16", DType::kF16},
    {2, "Q4_0", DType::kQ4_0},
    {3, "Q4_1", DType::kQ4_1},
    {6, "Q5_0", {}},
    {7, "Q5_1", {}},
    {8, "Q8_0", DType::kQ8_0},
    {9, "Q8_1", {}},
    {10, "Q2_K", {}},
    {11, "Q3_K", {}},
    {12, "Q4_K", {}},
    {13, "Q5_K", {}},
    {14, "Q6_K", {}},
    {15, "Q8_K", {}},
    {16, "IQ2_XXS", {}},
    {17, "IQ2_XS", {}},
    {18, "IQ3_XXS", {}},
    {19, "IQ1_S", {}},
    {20, "IQ4_NL", {}},
    {21, "IQ3_S", {}},
    {22, "IQ2_S", {}},
    {23, "IQ4_XS", {}},
    {24, "I8", DType::kI8},
    {25, "I16", DType::kI16},
    {26, "I32", DType::kI32},
    {27, "I64", DType::kI64},
    {28, "F64", DType::kF64},
    {29, "IQ1_M", {}},
    {30, "BF16", DType::kBF16},
    {34, "TQ1_0", {}},
    {35, "TQ2_0", {}},
    {39, "MXFP4", {}},
};

}  // namespace

std::optional<DType> gguf_dtype(std::uint32_t type) {
  for (const TensorType& known : kTensorTypes) {
    if (known.number == type) return known.dtype;
  }
  return std::nullopt;
}

std::string gguf_type_name(std::uint32_t type) {
  for (const TensorType& known : kTensorTypes) {
    if (known.number == type) return known.name;
  }
  return fmt::format("type {}", type);
}

std::uint32_t gguf_type_number(DType dtype) {
  for (const TensorType& known : kTensorTypes) {
    if (known.dtype == dtype) return known.number;
  }
  throw InputError(fmt::format("GGUF has no tensors of type {}", dtype_name(dtype)));
}

}  // namespace llmops::model
