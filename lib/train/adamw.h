// AdamW with decoupled weight decay, as torch.optim.AdamW computes it.
#pragma once

#include "train/optimizer.h"

namespace llmops::train {

struct AdamWOptions {
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

/// Loshchilov and Hutter, 2019, "Decoupled weight decay regularization". Keeps "exp_avg.NAME" and "exp_avg_sq.NAME".
class AdamW : public Optimizer {
 public:
  AdamW(std::vector<TrainedTensor> tensors, double weight_decay, AdamWOptions options);
  NamedTensors state() override;

 protected:
  void update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) override;

 private:
  AdamWOptions options_;
  std::vector<at::Tensor> exp_avg_, exp_avg_sq_;
};

/// One step of one tensor, weight decay apart, on moments in float32. @param step  from 1
void adamw_update(const AdamWOptions& options, std::int64_t step, double learning_rate, const at::Tensor& gradient,
                  at::Tensor& tensor, at::Tensor& exp_avg, at::Tensor& exp_avg_sq);

}  // namespace llmops::train
