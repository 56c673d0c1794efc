// Weights of a model merged with its adapter, one at a time.
#include "model/adapter_record.h"
#include "model/lora_weights.h"
#include "ops/row_ops.h"
#include "quant/weight_source.h"

namespace llmops::quant {
namespace {

/// @param values  (rows, cols) @returns (cols, rows)
std::vector<float> transposed(const std::vector<float>& values, std::size_t rows) {
  const std::size_t cols = values.size() / rows;
  std::vector<float> found(values.size());
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t col = 0; col < cols; ++col) found[col * rows + row] = values[row * cols + col];
  }
  return found;
}

/// values += scale * left right. @param left  (rows, r) @param right  (r, cols) @param values  (rows, cols)
void add_product(const std::vector<float>& left, const std::vector<float>& right, std::size_t r, float scale,
                 std::vector<float>& values) {
  const std::size_t rows = left.size() / r, cols = right.size() / r;
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t k = 0; k < r; ++k) {
      ops::add_scaled(values.data() + row * cols, right.data() + k * cols, scale * left[row * r + k],
                      static_cast<std::int64_t>(cols));
    }
  }
}

}  // namespace

WeightSource open_merged_weights(const std::filesystem::path& model_dir, const std::filesystem::path& adapter) {
  model::check_adapter_fits(adapter, model_dir);
  WeightSource source = open_weights(model_dir);
  source.read = [read = std::move(source.read), lora = model::read_lora(adapter, model::linear_shapes(source.config))](
                    const model::ExpectedTensor& tensor) {
    std::vector<float> values = read(tensor);
    const auto layer = lora.layers.find(tensor.name.substr(0, tensor.name.rfind('.')));
    if (tensor.bias || layer == lora.layers.end()) return values;
    const auto r = static_cast<std::size_t>(lora.config.r);
    const auto scale = static_cast<float>(lora.config.scale());
    const auto& [a, b] = layer->second;
    if (tensor.transposed) {
      add_product(transposed(a, r), transposed(b, b.size() / r), r, scale, values);
    } else {
      add_product(b, a, r, scale, values);
    }
    return values;
  };
  return source;
}

}  // namespace llmops::quant
