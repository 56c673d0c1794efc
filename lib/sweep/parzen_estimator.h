// The density of a set of trials over the search space: a mixture with one kernel a trial and one for the prior.
// Source: Bergstra et al., 2011, "Algorithms for Hyper-Parameter Optimization"; widths, prior and weights as Optuna's.
#pragma once

#include <span>
#include <vector>

#include "sweep/parameter.h"
#include "train/random.h"

namespace llmops::sweep {

class ParzenEstimator {
 public:
  /// @param weights  one a point, not normalised
  ParzenEstimator(std::span<const Parameter> parameters, const std::vector<Point>& points, std::vector<double> weights);

  /// Of a point with allowed coordinates; with a step or choices it is a probability in that coordinate.
  double log_density(const Point& point) const;
  /// With allowed coordinates.
  Point draw(train::Random& random) const;

 private:
  /// A truncated normal on the parameter's scale.
  struct Kernel {
    double mean, deviation;
    double log_mass;  ///< inside the bounds
  };
  struct Dimension {
    std::vector<Kernel> kernels;                     ///< of a range
    std::vector<std::vector<double>> probabilities;  ///< of choices, a row a kernel
  };

  static Dimension choice_kernels(const Parameter& parameter, const std::vector<double>& seen);
  static Dimension range_kernels(const Parameter& parameter, const std::vector<double>& seen);
  double log_kernel(std::size_t dimension, std::size_t kernel, double coordinate) const;

  std::span<const Parameter> parameters_;
  std::vector<double> weights_;  ///< of the kernels, adding up to 1; the prior's last
  std::vector<Dimension> dimensions_;
};

/// Weights of trials, oldest first: all 1 up to 24 of them, later ones rising to 1 linearly before the last 25.
std::vector<double> recency_weights(std::size_t count);

}  // namespace llmops::sweep
