// Lion: the sign of an interpolated momentum.
#pragma once

#include "train/optimizer.h"

namespace llmops::train {

struct LionOptions {
  double beta1 = 0.9, beta2 = 0.99;
};

/// Chen and others, 2023, "Symbolic discovery of optimization algorithms", algorithm 2. Every number moves by the
/// learning rate at each step, so that rates 3 to 10 times smaller than AdamW's are usual. Keeps "exp_avg.NAME".
class Lion : public Optimizer {
 public:
  Lion(std::vector<TrainedTensor> tensors, double weight_decay, LionOptions options);
  NamedTensors state() override;

 protected:
  void update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) override;

 private:
  LionOptions options_;
  std::vector<at::Tensor> exp_avg_;
};

}  // namespace llmops::train
