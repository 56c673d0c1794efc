#include "train/logistic_regression.h"

#include <cmath>

namespace llmops::train {
namespace {

constexpr int kMostSteps = 1000;
constexpr double kSmallGradient = 1e-6;  // an example's, of the largest weight

/// @returns (E, C + 1) float64: scaled states, and a column of ones
at::Tensor features(const LogisticRegression& scale, const at::Tensor& states) {
  const at::Tensor scaled = (states.to(at::kDouble) - scale.mean) / scale.deviation;
  return at::cat({scaled, at::ones({states.size(0), 1}, at::kDouble)}, 1);
}

/// The minimum, by Newton's steps with a curvature that the true one never exceeds, X'X / 2 (Boehning, 1992), so that
/// it is factored once; with Nesterov's momentum, begun anew where it points uphill.
/// @param x  (E, C + 1) @param wanted  (E, G), one-hot @returns (C + 1, G)
at::Tensor minimum(const at::Tensor& x, const at::Tensor& wanted, double strength) {
  const std::int64_t columns = x.size(1);
  const at::Tensor penalty = at::full({columns, 1}, strength, at::kDouble);
  penalty[columns - 1].fill_(0);
  const at::Tensor curvature = at::mm(x.t(), x) / 2 + at::diag(penalty.squeeze(1) + 1e-9);
  const at::Tensor factor = at::linalg_cholesky(curvature);
  at::Tensor weights = at::zeros({columns, wanted.size(1)}, at::kDouble), ahead = weights;
  double momentum = 1;
  for (int step = 0; step < kMostSteps; ++step) {
    const at::Tensor gradient = at::mm(x.t(), at::softmax(at::mm(x, ahead), 1) - wanted) + penalty * ahead;
    if (gradient.abs().max().item<double>() < kSmallGradient * static_cast<double>(x.size(0))) break;
    const at::Tensor next = ahead - at::cholesky_solve(gradient, factor);
    const bool uphill = ((next - weights) * gradient).sum().item<double>() > 0;
    const double faster = uphill ? 1 : (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
    ahead = uphill ? next : next + (next - weights) * ((momentum - 1) / faster);
    weights = next;
    momentum = faster;
  }
  return weights;
}

}  // namespace

at::Tensor LogisticRegression::scores(const at::Tensor& states) const {
  return at::mm(features(*this, states), weights);
}

LogisticRegression fit_logistic_regression(const at::Tensor& states, const at::Tensor& groups, double penalty) {
  const at::Tensor exact = states.to(at::kDouble);
  LogisticRegression fit;
  fit.mean = exact.mean(0, /*keepdim=*/true);
  const at::Tensor deviation = (exact - fit.mean).square().mean(0, /*keepdim=*/true).sqrt();
  fit.deviation = deviation.masked_fill(deviation < 1e-12, 1);
  fit.weights = minimum(features(fit, states), groups.to(at::kDouble), penalty);
  return fit;
}

}  // namespace llmops::train
