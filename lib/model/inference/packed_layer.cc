// Parts of a layer by name, and norms.
#include "model/inference/packed_layer.h"

#include <algorithm>

#include "ops/row_ops.h"

namespace llmops::model {

PackedLinear* PackedLayer::linear(Part part, int expert) {
  PackedNetwork* chosen = is_expert(part) ? &experts.at(static_cast<std::size_t>(expert)) : &mlp;
  switch (part) {
    case Part::kQuery: return &q;
    case Part::kKey: return &k;
    case Part::kValue: return &v;
    case Part::kQkv: return &qkv;
    case Part::kOutput: return &o;
    case Part::kRouter: return &router;
    case Part::kGate:
    case Part::kExpertGate: return &chosen->gate;
    case Part::kUp:
    case Part::kExpertUp: return &chosen->up;
    case Part::kGateUp: return &chosen->gate_up;
    case Part::kDown:
    case Part::kExpertDown: return &chosen->down;
    default: return nullptr;
  }
}

RowNorm* PackedLayer::norm(Part part) {
  switch (part) {
    case Part::kAttentionIn: return &attention_in;
    case Part::kAttentionOut: return &attention_out;
    case Part::kMlpIn: return &mlp_in;
    case Part::kMlpOut: return &mlp_out;
    case Part::kQueryNorm: return &q_norm;
    case Part::kKeyNorm: return &k_norm;
    default: return nullptr;
  }
}

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
