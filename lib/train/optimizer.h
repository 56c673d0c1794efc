// What every optimizer does: gradients cleared and clipped, a step over all trained tensors, state that is saved.
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
};

class Optimizer {
 public:
  explicit Optimizer(std::vector<TrainedTensor> tensors) : tensors_(std::move(tensors)) {}
  virtual ~Optimizer() = default;

  void zero_grad();
  /// Norm of all gradients together, float32; scales them down to `max_norm` where it is larger. 0 only measures.
  double clip(double max_norm);
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

  std::vector<TrainedTensor> tensors_;
  std::int64_t steps_ = 0;
};

/// The recipe's `optimizer` with its settings.
std::unique_ptr<Optimizer> make_optimizer(const FinetuneRecipe& recipe, std::vector<TrainedTensor> tensors);

/// Adapter weights with their rates: matrices B, and vectors, learn `loraplus_lr_ratio` times as fast as A (Hayou and
/// others, 2024, "LoRA+", with the groups of peft's create_loraplus_optimizer).
std::vector<TrainedTensor> with_rates(const NamedTensors& adapter, double loraplus_lr_ratio);

}  // namespace llmops::train
