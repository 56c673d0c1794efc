// The header of an .npy file: a Python dictionary with the element type, the order and the shape.
// Source: NumPy's numpy/lib/format.py, versions 1 to 3.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "model/tensor_file.h"

namespace llmops::model {

struct NpyHeader {
  DType dtype = DType::kF32;
  bool fortran_order = false;  ///< the first axis is the fastest
  std::vector<std::int64_t> shape;
  std::uint64_t size = 0;  ///< bytes before the data
};

/// @param file  all its bytes @param origin  for errors
/// @throws InputError  for types that are not numbers (pickled objects, records, text) or big-endian
NpyHeader parse_npy_header(std::span<const std::byte> file, const std::string& origin);

/// Version 1, padded to 64 bytes as NumPy does. @throws InputError  for types NumPy does not have (BF16, blocks)
std::string make_npy_header(DType dtype, std::span<const std::int64_t> shape);

}  // namespace llmops::model
