// Adafactor.
#include "train/adafactor.h"

#include <algorithm>
#include <cmath>

namespace llmops::train {
namespace {

at::Tensor root_mean_square(const at::Tensor& x) {
  return at::linalg_vector_norm(x) / std::sqrt(static_cast<double>(x.numel()));
}

/// 1 / sqrt of the second moments that a row and a column stand for.
at::Tensor inverse_root(const at::Tensor& row, const at::Tensor& column) {
  const at::Tensor of_rows = (row / row.mean(-1, /*keepdim=*/true)).rsqrt_().unsqueeze(-1);
  return of_rows * column.unsqueeze(-2).rsqrt();
}

}  // namespace

Adafactor::Adafactor(std::vector<TrainedTensor> tensors, double weight_decay, AdafactorOptions options)
    : Optimizer(std::move(tensors), weight_decay), options_(options) {
  for (const TrainedTensor& trained : tensors_) {
    const at::Tensor zeros = at::zeros_like(trained.tensor);
    Moments& moments = moments_.emplace_back();
    if (zeros.dim() >= 2) {
      moments.row = zeros.sum(-1);
      moments.column = zeros.sum(-2);
    } else {
      moments.whole = zeros;
    }
    if (options_.beta1 > 0) moments.first = at::zeros_like(zeros);
  }
}

double Adafactor::rate(double scheduled) const {
  if (!options_.relative_step) return scheduled;
  const auto t = static_cast<double>(steps_);
  return std::min(options_.warmup_init ? 1e-6 * t : 1e-2, 1 / std::sqrt(t));
}

void Adafactor::update(std::size_t index, at::Tensor& tensor, const at::Tensor& gradient, double learning_rate) {
  Moments& moments = moments_[index];
  const double scale =
      options_.scale_parameter ? std::max(options_.eps2, root_mean_square(tensor).item<double>()) : 1.0;
  const double rate = scale * learning_rate;
  const double beta2 = 1 - std::pow(static_cast<double>(steps_), options_.decay_rate);
  const at::Tensor squares = gradient.square().add_(options_.eps1);
  at::Tensor change;
  if (moments.row.defined()) {
    moments.row.mul_(beta2).add_(squares.mean(-1), 1 - beta2);
    moments.column.mul_(beta2).add_(squares.mean(-2), 1 - beta2);
    change = inverse_root(moments.row, moments.column).mul_(gradient);
  } else {
    moments.whole.mul_(beta2).add_(squares, 1 - beta2);
    change = moments.whole.rsqrt().mul_(gradient);
  }
  change.div_((root_mean_square(change) / options_.clip_threshold).clamp_min_(1)).mul_(rate);
  if (moments.first.defined()) change = moments.first.mul_(options_.beta1).add_(change, 1 - options_.beta1);
  if (const double kept = kept_share(index, rate); kept != 1) tensor.mul_(kept);
  tensor.sub_(change);
}

NamedTensors Adafactor::state() {
  NamedTensors tensors;
  for (std::size_t i = 0; i < tensors_.size(); ++i) {
    const auto add = [&](const char* kind, const at::Tensor& tensor) {
      if (tensor.defined()) tensors.emplace_back(kind + tensors_[i].name, tensor);
    };
    add("exp_avg.", moments_[i].first);
    add("exp_avg_sq.", moments_[i].whole);
    add("exp_avg_sq_row.", moments_[i].row);
    add("exp_avg_sq_col.", moments_[i].column);
  }
  return tensors;
}

}  // namespace llmops::train
