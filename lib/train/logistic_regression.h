// Multinomial logistic regression, fit to its minimum, so that it is the same every time.
#pragma once

#include <ATen/ATen.h>

namespace llmops::train {

struct LogisticRegression {
  at::Tensor mean, deviation;  ///< (1, C) float64, of the states it was fit to
  at::Tensor weights;          ///< (C + 1, G) float64; the last row is the bias

  /// @param states  (E, C), through which gradients flow @returns (E, G) float64, before a softmax
  at::Tensor scores(const at::Tensor& states) const;
};

/// The least of the summed cross entropy and penalty |W|^2 / 2, of states whose columns are scaled to mean 0 and
/// deviation 1; the bias is not penalised. scikit-learn's with C = 1 / penalty.
/// @param states  (E, C) @param groups  (E, G), one-hot
LogisticRegression fit_logistic_regression(const at::Tensor& states, const at::Tensor& groups, double penalty);

}  // namespace llmops::train
