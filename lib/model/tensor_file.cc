#include "model/tensor_file.h"

#include <fmt/format.h>

#include <limits>

#include "core/error.h"
#include "model/dtype_table.h"

namespace llmops::model {

std::string dtype_name(DType dtype) { return dtype_info(dtype).name; }
int block_elements(DType dtype) { return dtype_info(dtype).elements; }
int block_bytes(DType dtype) { return dtype_info(dtype).bytes; }

std::uint64_t tensor_bytes(DType dtype, std::uint64_t elements) {
  const auto per_block = static_cast<std::uint64_t>(block_elements(dtype));
  const auto bytes = static_cast<std::uint64_t>(block_bytes(dtype));
  if (elements % per_block != 0) {
    throw InputError(
        fmt::format("{} elements are not whole blocks of {} ({})", elements, per_block, dtype_name(dtype)));
  }
  if (elements / per_block > std::numeric_limits<std::uint64_t>::max() / bytes) {
    throw InputError(fmt::format("{} elements of {} overflow", elements, dtype_name(dtype)));
  }
  return elements / per_block * bytes;
}

std::optional<std::uint64_t> checked_elements(std::span<const std::int64_t> shape) {
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / 8;  // as bytes, too
  std::uint64_t elements = 1;
  for (const std::int64_t size : shape) {
    const auto value = static_cast<std::uint64_t>(size);
    if (size < 0 || value > kMax || (value != 0 && elements > kMax / value)) return std::nullopt;
    elements *= value;
  }
  return elements;
}

std::int64_t TensorView::elements() const {
  std::int64_t product = 1;
  for (const std::int64_t size : shape) product *= size;
  return product;
}

void to_float32(const TensorView& view, std::span<float> out) {
  if (out.size() != static_cast<std::uint64_t>(view.elements()) ||
      view.bytes.size() != tensor_bytes(view.dtype, out.size())) {
    throw InputError(fmt::format("tensor '{}' has {} elements in {} bytes, read as {}", view.name, view.elements(),
                                 view.bytes.size(), out.size()));
  }
  dtype_info(view.dtype).to_float32(view.bytes.data(), out);
}

std::vector<float> to_float32(const TensorView& view) {
  std::vector<float> values(static_cast<std::size_t>(view.elements()));
  to_float32(view, values);
  return values;
}

}  // namespace llmops::model
