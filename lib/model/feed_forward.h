// The feed-forward part of a layer: one network, or a mixture of experts.
#pragma once

#include <vector>

#include "model/linear.h"
#include "model/model_config.h"

namespace llmops::model {

/// down(act(gate(x)) * up(x)), gate and up perhaps in one matrix; or down(act(up(x))).
struct FeedForward {
  Linear gate, up, gate_up, down;

  /// @param x  (N, C) @returns (N, C)
  at::Tensor operator()(const ModelConfig& config, const at::Tensor& x) const;
};

/// Every token goes through the few experts that the router likes best.
/// Source: Shazeer et al., 2017, "Outrageously Large Neural Networks"; routing as in Mixtral.
struct Experts {
  Linear router;                     ///< (E, C)
  std::vector<FeedForward> experts;  ///< E

  /// @param x  (N, C) @returns (N, C)
  at::Tensor operator()(const ModelConfig& config, const at::Tensor& x) const;
};

}  // namespace llmops::model
