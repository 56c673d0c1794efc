// AdamW with decoupled weight decay, as torch.optim.AdamW computes it, and gradient clipping.
#pragma once

#include <ATen/ATen.h>

#include <string>
#include <vector>

namespace llmops::train {

struct AdamWOptions {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double weight_decay = 0;  ///< 0 is off
};

/// Loshchilov and Hutter, 2019, "Decoupled weight decay regularization".
class AdamW {
 public:
  using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

  /// @param parameters  float32 leaves; a step reads their gradients
  AdamW(NamedTensors parameters, AdamWOptions options);

  void zero_grad();
  /// Norm of all gradients together, float32; scales them down to `max_norm` where it is larger. 0 only measures.
  double clip(double max_norm);
  void step(double learning_rate);

  /// Moments under "exp_avg.NAME" and "exp_avg_sq.NAME"; views, so that loading writes into them.
  NamedTensors state();
  std::int64_t steps() const { return steps_; }
  void set_steps(std::int64_t steps) { steps_ = steps; }

 private:
  NamedTensors parameters_;
  AdamWOptions options_;
  std::vector<at::Tensor> exp_avg_, exp_avg_sq_;
  std::int64_t steps_ = 0;
};

}  // namespace llmops::train
