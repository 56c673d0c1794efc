#include "model/tensor_to_write.h"

#include <fmt/format.h>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::model {

std::uint64_t bytes_of(const LazyTensorToWrite& tensor) {
  const auto elements = checked_elements(tensor.shape);
  if (!elements) throw InputError(fmt::format("tensor '{}': its shape overflows", tensor.name));
  const bool whole_rows = block_elements(tensor.dtype) == 1 ||
                          (!tensor.shape.empty() && tensor.shape.back() % block_elements(tensor.dtype) == 0);
  if (!whole_rows) {
    throw InputError(
        fmt::format("tensor '{}': rows are not whole blocks of {}", tensor.name, dtype_name(tensor.dtype)));
  }
  return tensor_bytes(tensor.dtype, *elements);
}

std::vector<std::byte> checked_bytes(const LazyTensorToWrite& tensor) {
  throw_if_cancelled();
  std::vector<std::byte> bytes = tensor.make_bytes();
  if (bytes.size() != bytes_of(tensor)) {
    throw InputError(fmt::format("tensor '{}' has {} bytes, expected {} for its shape", tensor.name, bytes.size(),
                                 bytes_of(tensor)));
  }
  return bytes;
}

}  // namespace llmops::model
