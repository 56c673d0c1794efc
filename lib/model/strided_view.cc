#include "model/strided_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::model {
namespace {

/// Row-major, without holes. Axes of one element may have any stride.
bool in_order(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides) {
  std::int64_t expected = 1;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    if (shape[axis] != 1 && strides[axis] != expected) return false;
    expected *= shape[axis];
  }
  return true;
}

/// Elements from the first to the last, both included; none where that overflows.
std::optional<std::uint64_t> extent(const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides,
                                    std::uint64_t most) {
  std::uint64_t last = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    const auto steps = static_cast<std::uint64_t>(shape[axis] - 1), stride = static_cast<std::uint64_t>(strides[axis]);
    if (steps != 0 && stride > (most - last) / steps) return std::nullopt;
    last += steps * stride;
  }
  return last + 1;
}

std::vector<std::byte> gather(std::span<const std::byte> storage, std::size_t width,
                              const std::vector<std::int64_t>& shape, const std::vector<std::int64_t>& strides,
                              std::uint64_t elements) {
  std::vector<std::byte> bytes(elements * width);
  std::vector<std::int64_t> index(shape.size(), 0);
  std::int64_t from = 0;  // in elements
  for (std::uint64_t i = 0; i < elements; ++i) {
    std::memcpy(bytes.data() + i * width, storage.data() + static_cast<std::size_t>(from) * width, width);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return bytes;
}

}  // namespace

TensorView StridedReader::view(const std::string& name, DType dtype, std::span<const std::byte> storage,
                               std::int64_t offset, std::vector<std::int64_t> shape,
                               const std::vector<std::int64_t>& strides, const std::string& where) {
  const auto width = static_cast<std::size_t>(block_bytes(dtype));
  const std::uint64_t held = storage.size() / width;
  const auto elements = checked_elements(shape);
  if (!elements) throw InputError(fmt::format("{}: a size is negative or overflows", where));
  if (strides.size() != shape.size())
    throw InputError(fmt::format("{}: {} sizes and {} strides", where, shape.size(), strides.size()));
  if (offset < 0 || std::any_of(strides.begin(), strides.end(), [](std::int64_t stride) { return stride < 0; }))
    throw InputError(fmt::format("{}: a negative offset or stride", where));
  if (*elements == 0) return {name, dtype, std::move(shape), {}};
  const auto first = static_cast<std::uint64_t>(offset);
  const auto span = extent(shape, strides, held);
  if (first > held || !span || *span > held - first) {
    throw InputError(fmt::format("{}: reaches beyond its storage of {} elements", where, held),
                     "the file may be cut short; fetch it again");
  }
  if (*elements > *span) throw InputError(fmt::format("{}: its elements overlap", where));
  const std::span<const std::byte> bytes = storage.subspan(first * width, *span * width);
  if (in_order(shape, strides)) return {name, dtype, std::move(shape), bytes};
  throw_if_cancelled();
  if (*elements * width > left_) {
    throw InputError(fmt::format("{}: the tensors that do not lie in order are together larger than the file", where),
                     "save them contiguous");
  }
  left_ -= *elements * width;
  const auto& gathered = store_.keep<std::vector<std::byte>>(
      std::make_shared<std::vector<std::byte>>(gather(bytes, width, shape, strides, *elements)));
  return {name, dtype, std::move(shape), gathered};
}

}  // namespace llmops::model
