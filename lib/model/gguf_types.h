// Type numbers of GGUF, shared by its reader and its writer.
// Source: the specification in ggml's docs/gguf.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/tensor_file.h"

namespace llmops::model {

enum class GgufType : std::uint32_t {
  kU8 = 0,
  kI8 = 1,
  kU16 = 2,
  kI16 = 3,
  kU32 = 4,
  kI32 = 5,
  kF32 = 6,
  kBool = 7,
  kString = 8,
  kArray = 9,
  kU64 = 10,
  kI64 = 11,
  kF64 = 12,
};

inline constexpr std::uint64_t kGgufDefaultAlignment = 32;
inline constexpr std::uint32_t kGgufVersion = 3;

/// Tensor types that we read; none for the others.
std::optional<DType> gguf_dtype(std::uint32_t type);
/// "Q4_K" for 12; "type 99" for a number without a name.
std::string gguf_type_name(std::uint32_t type);
std::string gguf_readable_types();  ///< "F32, F16, BF16, ...", for errors
/// @throws InputError  for types GGUF does not have (U8, BOOL)
std::uint32_t gguf_type_number(DType dtype);

}  // namespace llmops::model
