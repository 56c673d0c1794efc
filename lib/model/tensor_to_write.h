// A tensor on its way into a file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "model/tensor_file.h"

namespace llmops::model {

/// A tensor whose bytes are made when they are to be written, so that only one is in memory at a time.
struct LazyTensorToWrite {
  std::string name;
  DType dtype = DType::kF32;
  std::vector<std::int64_t> shape;  ///< row-major, slowest first
  std::function<std::vector<std::byte>()> make_bytes;
};

/// Bytes of the whole tensor. @throws InputError  for a shape that is no whole number of blocks or overflows
std::uint64_t bytes_of(const LazyTensorToWrite& tensor);
/// Calls make_bytes. @throws InputError  where it gives another number of bytes than the shape calls for
std::vector<std::byte> checked_bytes(const LazyTensorToWrite& tensor);

}  // namespace llmops::model
