// Tensors of a GGUF file as Hugging Face stores them, and the other way round.
#include "model/gguf_checkpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "model/gguf_families.h"
#include "model/gguf_rows.h"

namespace llmops::model {
namespace {

/// Where a row of Hugging Face's lies in GGUF.
using RowOrder = std::vector<std::size_t>;

/// llama.cpp's Llama turns neighbouring pairs, (0, 1) (2, 3) ..., where Hugging Face turns (0, D/2) (1, D/2 + 1) ...:
/// row j D/2 + i of each head lies in row 2 i + j.
RowOrder pairs_of_heads(std::size_t heads, std::size_t size) {
  RowOrder order(heads * size);
  for (std::size_t row = 0; row < order.size(); ++row) {
    const std::size_t within = row % size;
    order[row] = row - within + 2 * (within % (size / 2)) + within / (size / 2);
  }
  return order;
}

/// Groups of (queries, key, value) heads lie as all queries, all keys, all values.
RowOrder groups_apart(std::size_t heads, std::size_t kv_heads, std::size_t size) {
  const std::size_t group = heads / kv_heads;
  RowOrder order;
  for (std::size_t kv = 0; kv < kv_heads; ++kv) {
    for (std::size_t member = 0; member < group + 2; ++member) {
      const std::size_t head = member < group ? kv * group + member : heads + (member - group) * kv_heads + kv;
      for (std::size_t row = 0; row < size; ++row) order.push_back(head * size + row);
    }
  }
  return order;
}

/// Empty where both agree.
RowOrder row_order(const ModelConfig& config, const GgufFamily& family, Part part) {
  const auto size = static_cast<std::size_t>(config.head_size);
  const auto heads = static_cast<std::size_t>(config.heads), kv_heads = static_cast<std::size_t>(config.kv_heads);
  if (family.permuted && part == Part::kQuery) return pairs_of_heads(heads, size);
  if (family.permuted && part == Part::kKey) return pairs_of_heads(kv_heads, size);
  if (family.regrouped && part == Part::kQkv) return groups_apart(heads, kv_heads, size);
  return {};
}

/// @param from_gguf  otherwise to GGUF's order
void reorder(std::span<float> values, const RowOrder& order, bool from_gguf) {
  if (order.empty()) return;
  const std::vector<float> before(values.begin(), values.end());
  const std::size_t columns = values.size() / order.size();
  for (std::size_t row = 0; row < order.size(); ++row) {
    const std::size_t source = from_gguf ? order[row] : row, target = from_gguf ? row : order[row];
    std::copy_n(before.begin() + static_cast<std::ptrdiff_t>(source * columns), columns,
                values.begin() + static_cast<std::ptrdiff_t>(target * columns));
  }
}

void transpose(std::span<float> values, std::size_t rows, std::size_t columns) {
  const std::vector<float> before(values.begin(), values.end());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column)
      values[column * rows + row] = before[row * columns + column];
  }
}

const GgufFamily& family_of(const ModelConfig& config) {
  const GgufFamily* family = gguf_family_of(config);
  if (family == nullptr) throw InputError(fmt::format("architecture '{}' has no form in GGUF", config.architecture));
  return *family;
}

/// A slice of the experts that lie in one tensor, or an expert's own, as files of 2023 have it.
TensorView find_expert(const Gguf& gguf, const std::string& name, const ExpectedTensor& tensor) {
  if (const TensorView* merged = gguf.find_tensor(name)) {
    TensorView view = *merged;
    if (view.shape.size() != 3 || tensor.expert >= view.shape[0]) {
      throw InputError(fmt::format("{}: tensor '{}' has shape {}, expected one of experts", gguf.path().string(), name,
                                   shape_text(view.shape)));
    }
    const std::size_t bytes = view.bytes.size() / static_cast<std::size_t>(view.shape[0]);
    view.bytes = view.bytes.subspan(bytes * static_cast<std::size_t>(tensor.expert), bytes);
    view.shape.erase(view.shape.begin());
    return view;
  }
  std::string own = name;  // blk.0.ffn_gate_exps.weight -> blk.0.ffn_gate.3.weight
  if (const std::size_t at = own.find("_exps"); at != std::string::npos) {
    own.replace(at, 5, fmt::format(".{}", tensor.expert));
  }
  if (const TensorView* view = gguf.find_tensor(own)) return *view;
  throw InputError(fmt::format("{}: tensor '{}' is missing", gguf.path().string(), name));
}

/// With the shape that the configuration calls for.
TensorView find_stored(const Gguf& gguf, const ModelConfig& config, const ExpectedTensor& tensor) {
  const std::string name = gguf_weight_name(config, tensor);
  const TensorView* found = is_expert(tensor.part) ? nullptr : gguf.find_tensor(name);
  if (found == nullptr && !is_expert(tensor.part)) {
    throw InputError(fmt::format("{}: tensor '{}' is missing", gguf.path().string(), name));
  }
  TensorView view = found != nullptr ? *found : find_expert(gguf, name, tensor);
  if (const std::vector<std::int64_t> expected = gguf_weight_shape(tensor); view.shape != expected) {
    throw InputError(fmt::format("{}: tensor '{}' has shape {}, the metadata calls for {}", gguf.path().string(),
                                 view.name, shape_text(view.shape), shape_text(expected)));
  }
  return view;
}

}  // namespace

std::vector<std::int64_t> gguf_weight_shape(const ExpectedTensor& tensor) {
  std::vector<std::int64_t> shape = tensor.shape;
  if (tensor.transposed) std::swap(shape[0], shape[1]);
  return shape;
}

void check_gguf_tensor(const Gguf& gguf, const ModelConfig& config, const ExpectedTensor& tensor) {
  find_stored(gguf, config, tensor);
}

GgufRows find_gguf_rows(const Gguf& gguf, const ModelConfig& config, const ExpectedTensor& tensor) {
  return {find_stored(gguf, config, tensor), row_order(config, family_of(config), tensor.part)};
}

void read_gguf_tensor(const Gguf& gguf, const ModelConfig& config, const ExpectedTensor& tensor, std::span<float> out) {
  const GgufFamily& family = family_of(config);
  to_float32(find_stored(gguf, config, tensor), out);
  reorder(out, row_order(config, family, tensor.part), /*from_gguf=*/true);
  if (tensor.transposed) {
    transpose(out, static_cast<std::size_t>(tensor.shape[1]), static_cast<std::size_t>(tensor.shape[0]));
  }
  if (family.norms_plus_one && is_norm(tensor.part)) {
    for (float& value : out) value -= 1;
  }
}

std::vector<float> as_gguf_stores(const ModelConfig& config, const ExpectedTensor& tensor, std::vector<float> values) {
  const GgufFamily& family = family_of(config);
  if (tensor.transposed) {
    transpose(values, static_cast<std::size_t>(tensor.shape[0]), static_cast<std::size_t>(tensor.shape[1]));
  }
  reorder(values, row_order(config, family, tensor.part), /*from_gguf=*/false);
  if (family.norms_plus_one && is_norm(tensor.part)) {
    for (float& value : values) value += 1;
  }
  return values;
}

}  // namespace llmops::model
