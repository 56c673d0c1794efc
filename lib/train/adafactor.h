// Adafactor: second moments of a matrix kept as a row and a column, as transformers' Adafactor computes them.
#pragma once

#include "train/optimizer.h"

namespace llmops::train {

struct AdafactorOptions {
  double eps1 = 1e-30;           ///< added to squared gradients
  double eps2 = 1e-3;            ///< least scale of a tensor
  double clip_threshold = 1;     ///< of the update's root mean square
  double decay_rate = -0.8;      ///< of the moments: beta2 at step t is 1 - t^decay_rate
  double beta1 = 0;              ///< 0 keeps no first moment
  bool scale_parameter = false;  ///< rates relative to each tensor's root mean square
  bool relative_step = false;    ///< the rate is min(0.01, 1 / sqrt(t)), whatever the schedule says
  bool warmup_init = false;      ///< with relative_step: min(t / 1e6, 1 / sqrt(t))
};

/// Shazeer and Stern, 2018, "Adafactor: adaptive learning rates with sublinear memory cost". Keeps
/// "exp_avg_sq_row.NAME" and "exp_avg_sq_col.NAME" of matrices, "exp_avg_sq.NAME" of vectors, "exp_avg.NAME" with
/// beta1.
class Adafactor : public Optimizer {
 public:
  Adafactor(std::vector<TrainedTensor> tensors, double weight_decay, AdafactorOptions options);
  NamedTensors state() override;

 protected:
  void update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) override;
  double rate(double scheduled) const override;

 private:
  struct Moments {
    at::Tensor row, column;  ///< of an (n, m) matrix: (n) and (m); or
    at::Tensor whole;        ///< of a vector
    at::Tensor first;        ///< with beta1
  };
  AdafactorOptions options_;
  std::vector<Moments> moments_;
};

}  // namespace llmops::train
