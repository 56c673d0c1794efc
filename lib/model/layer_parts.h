// Where a layer keeps what: the same for the decoder that is trained and the one that is run.
#pragma once

#include "model/weight_part.h"

namespace llmops::model {

/// The linear layer of a part; null for other parts.
/// @param layer    has q_proj, k_proj, v_proj, qkv_proj and o_proj
/// @param network  the feed-forward network meant, the layer's or an expert's @param router  of its experts
template <typename Layer, typename Network, typename Linear>
Linear* linear_of_part(Layer& layer, Network& network, Linear& router, Part part) {
  switch (part) {
    case Part::kQuery: return &layer.q_proj;
    case Part::kKey: return &layer.k_proj;
    case Part::kValue: return &layer.v_proj;
    case Part::kQkv: return &layer.qkv_proj;
    case Part::kOutput: return &layer.o_proj;
    case Part::kRouter: return &router;
    case Part::kGate:
    case Part::kExpertGate: return &network.gate;
    case Part::kUp:
    case Part::kExpertUp: return &network.up;
    case Part::kGateUp: return &network.gate_up;
    case Part::kDown:
    case Part::kExpertDown: return &network.down;
    default: return nullptr;
  }
}

/// The norm of a part, by the names that both have; null for other parts.
template <typename Layer>
auto* norm_of_part(Layer& layer, Part part) {
  switch (part) {
    case Part::kAttentionIn: return &layer.attention_in;
    case Part::kAttentionOut: return &layer.attention_out;
    case Part::kMlpIn: return &layer.mlp_in;
    case Part::kMlpOut: return &layer.mlp_out;
    case Part::kQueryNorm: return &layer.q_norm;
    case Part::kKeyNorm: return &layer.k_norm;
    default: return static_cast<decltype(&layer.q_norm)>(nullptr);
  }
}

}  // namespace llmops::model
