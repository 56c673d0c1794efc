// Every element type of tensor files in one table: names, sizes, GGUF's numbers, and how bytes become float32.
#pragma once

#include <span>

#include "model/tensor_file.h"

namespace llmops::model {

struct DTypeInfo {
  DType dtype;
  const char* name;  ///< as safetensors and GGUF write it
  int elements;      ///< of a block; 1 for plain types
  int bytes;         ///< of a block
  int gguf;          ///< GGUF's type number; -1 for types it does not have
  /// @param bytes  whole blocks @param out  one value for each of their elements
  void (*to_float32)(const std::byte* bytes, std::span<float> out);
};

const DTypeInfo& dtype_info(DType dtype);
std::span<const DTypeInfo> dtype_table();

}  // namespace llmops::model
