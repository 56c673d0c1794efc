// What every optimizer does: a step over trained tensors by their gradients, and state that is saved.
#pragma once

#include <ATen/ATen.h>

#include <memory>
#include <string>
#include <vector>

#include "train/recipe.h"

namespace llmops::train {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

struct TrainedTensor {
  std::string name;
  at::Tensor tensor;       ///< a float32 leaf; a step reads its gradient
  double rate_factor = 1;  ///< its learning rate over the run's
  bool decays = true;      ///< by `weight_decay`
};

class Optimizer {
 public:
  /// @param weight_decay  of the tensors that decay; 0 is off
  Optimizer(std::vector<TrainedTensor> tensors, double weight_decay)
      : tensors_(std::move(tensors)), weight_decay_(weight_decay) {}
  virtual ~Optimizer() = default;

  /// @returns the learning rate used, which is `learning_rate` unless the rule has one of its own
  double step(double learning_rate);

  /// What a checkpoint keeps, float32 or uint8, under "exp_avg.NAME" and the like; views, so that loading writes into
  /// them.
  virtual NamedTensors state() = 0;
  std::int64_t steps() const { return steps_; }
  void set_steps(std::int64_t steps) { steps_ = steps; }

 protected:
  /// Changes tensor `index` by its gradient, at step steps_, from 1.
  virtual void update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) = 0;
  virtual double rate(double scheduled) const { return scheduled; }
  /// What decoupled weight decay multiplies tensor `index` by, exactly 1 where it does not decay.
  double kept_share(std::size_t index, double learning_rate) const {
    return tensors_[index].decays ? 1 - learning_rate * weight_decay_ : 1;
  }

  std::vector<TrainedTensor> tensors_;
  std::int64_t steps_ = 0;

 private:
  double weight_decay_;
};

/// The recipe's `optimizer` with its settings.
std::unique_ptr<Optimizer> make_optimizer(const FinetuneRecipe& recipe, std::vector<TrainedTensor> tensors);

}  // namespace llmops::train
