// The number formats that models are written in, and encoding weights in them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/tensor_file.h"
#include "model/weight_layout.h"

namespace llmops::quant {

struct Scheme {
  const char* name;
  const char* usual;        ///< another name of it: "int8", "bfloat16"
  model::DType weights;     ///< of matrices
  model::DType embeddings;  ///< of token_embd and output
  std::uint32_t file_type;  ///< general.file_type
};

/// @param name  "q8_0" (also int8), "q4_0" (also int4), "bf16", "f16", "f32" (also bfloat16, ...)
/// @throws UsageError  with near names
const Scheme& find_scheme(const std::string& name);
/// The scheme that keeps tensors of this type as they are; Q8_0 for quantized types that we do not write.
const Scheme& scheme_for(model::DType stored);
std::vector<std::string> scheme_names();

/// What a tensor is stored as: norms, biases, position tables and routers stay float32, as llama.cpp keeps them; rows
/// that are no whole number of blocks fall back to half precision.
/// @param shape  as stored in GGUF
model::DType stored_dtype(const Scheme& scheme, model::Part part, bool bias, std::span<const std::int64_t> shape);

/// @param dtype  one that a scheme has, or F32
std::vector<std::byte> encode(model::DType dtype, std::span<const float> values);

/// Block encoders, bit-equal to the gguf package's. @param values  a multiple of 32
/// @throws InputError  for values that are not finite, or whose scale is beyond half precision
std::vector<std::byte> encode_q8_0(std::span<const float> values);
std::vector<std::byte> encode_q4_0(std::span<const float> values);

}  // namespace llmops::quant
