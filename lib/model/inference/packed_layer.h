// A decoder layer's weights as inference keeps them.
#pragma once

#include <vector>

#include "model/model_config.h"
#include "model/weight_part.h"
#include "ops/packed_matrix.h"

namespace llmops::model {

struct PackedLinear {
  ops::PackedMatrix weight;  ///< (out, in)
  std::vector<float> bias;   ///< (out), or empty
  int index = -1;            ///< among all linear layers but the head, for adapters
};

struct RowNorm {
  bool present = false;  ///< otherwise the identity
  NormKind kind = NormKind::kRms;
  float epsilon = 1e-5F;
  std::vector<float> gain;  ///< (cols) what is multiplied by; empty for a norm without weights
  std::vector<float> bias;  ///< (cols), or empty

  /// @param x, y  (rows, cols); may be one
  void operator()(const float* x, float* y, std::int64_t rows, std::int64_t cols) const;
};

/// down(act(gate(x)) * up(x)), gate and up perhaps in one matrix; or down(act(up(x))).
struct PackedNetwork {
  PackedLinear gate, up, gate_up, down;
};

/// As DecoderLayer (decoder.h) computes.
struct PackedLayer {
  RowNorm attention_in, attention_out, mlp_in, mlp_out, q_norm, k_norm;
  PackedLinear q_proj, k_proj, v_proj;  ///< or
  PackedLinear qkv_proj;                ///< all three, queries of all heads first
  PackedLinear o_proj;
  PackedNetwork mlp;  ///< or
  PackedLinear router;
  std::vector<PackedNetwork> experts;

  PackedLinear* linear(Part part, int expert);  ///< null for parts that are no linear layers
  RowNorm* norm(Part part);                     ///< null for parts that are no norms
};

}  // namespace llmops::model
