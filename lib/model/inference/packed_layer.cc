// Parts of a layer by name, and norms.
#include "model/inference/packed_layer.h"

#include <algorithm>

#include "model/layer_parts.h"
#include "ops/row_ops.h"

namespace llmops::model {

PackedLinear* PackedLayer::linear(Part part, int expert) {
  PackedNetwork& network = is_expert(part) ? experts.at(static_cast<std::size_t>(expert)) : mlp;
  return linear_of_part(*this, network, router, part);
}

RowNorm* PackedLayer::norm(Part part) { return norm_of_part(*this, part); }

void RowNorm::operator()(const float* x, float* y, std::int64_t rows, std::int64_t cols) const {
  if (!present) {
    if (x != y) std::copy_n(x, rows * cols, y);
  } else if (kind == NormKind::kRms || kind == NormKind::kRmsPlusOne) {
    ops::rms_norm_rows(x, gain.data(), y, rows, cols, epsilon);
  } else {
    ops::layer_norm_rows(x, gain.empty() ? nullptr : gain.data(), bias.empty() ? nullptr : bias.data(), y, rows, cols,
                         epsilon);
  }
}

}  // namespace llmops::model
