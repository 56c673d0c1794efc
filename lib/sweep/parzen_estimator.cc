// Builds the kernels and mixes them.
#include "sweep/parzen_estimator.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "sweep/gauss_mass.h"
#include "sweep/random_numbers.h"

namespace llmops::sweep {
namespace {

constexpr double kPriorWeight = 1;

/// As wide as the gap to the farther neighbour; of the outermost to the only one.
std::vector<double> gaps(const std::vector<double>& means, double low, double high) {
  std::vector<std::size_t> order(means.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return means[a] < means[b]; });
  std::vector<double> widths(means.size());
  for (std::size_t at = 0; at < order.size(); ++at) {
    const bool first = at == 0, last = at + 1 == order.size();
    const double mean = means[order[at]];
    const double left = mean - (first ? low : means[order[at - 1]]);
    const double right = (last ? high : means[order[at + 1]]) - mean;
    widths[order[at]] = order.size() == 1 ? std::max(left, right) : first ? right : last ? left : std::max(left, right);
  }
  return widths;
}

std::vector<double> choice_probabilities(std::size_t choices, std::size_t kernels, std::size_t chosen) {
  const double share = kPriorWeight / static_cast<double>(kernels);
  std::vector<double> row(choices, share / (1 + share * static_cast<double>(choices)));
  row[chosen] += 1 / (1 + share * static_cast<double>(choices));
  return row;
}

std::size_t pick(const std::vector<double>& probabilities, double unit) {
  std::size_t at = 0;
  for (double sum = probabilities[0]; unit >= sum && at + 1 < probabilities.size(); sum += probabilities[at]) ++at;
  return at;
}

}  // namespace

ParzenEstimator::Dimension ParzenEstimator::choice_kernels(const Parameter& parameter,
                                                           const std::vector<double>& seen) {
  Dimension dimension;
  const std::size_t choices = parameter.choices.size();
  for (const double chosen : seen) {
    dimension.probabilities.push_back(choice_probabilities(choices, seen.size() + 1, static_cast<std::size_t>(chosen)));
  }
  dimension.probabilities.emplace_back(choices, 1 / static_cast<double>(choices));
  return dimension;
}

ParzenEstimator::Dimension ParzenEstimator::range_kernels(const Parameter& parameter, const std::vector<double>& seen) {
  const double low = parameter.scaled_low(), high = parameter.scaled_high();
  std::vector<double> means;
  means.reserve(seen.size() + 1);
  for (const double number : seen) means.push_back(parameter.scaled(number));
  std::vector<double> widths = gaps(means, low, high);
  const double narrowest = (high - low) / std::min(100.0, 2.0 + static_cast<double>(seen.size()));
  for (double& width : widths) width = std::clamp(width, narrowest, high - low);
  means.push_back((low + high) / 2);
  widths.push_back(high - low);
  Dimension dimension;
  for (std::size_t k = 0; k < means.size(); ++k) {
    dimension.kernels.push_back(
        {means[k], widths[k], log_gauss_mass((low - means[k]) / widths[k], (high - means[k]) / widths[k])});
  }
  return dimension;
}

ParzenEstimator::ParzenEstimator(std::span<const Parameter> parameters, const std::vector<Point>& points,
                                 std::vector<double> weights)
    : parameters_(parameters), weights_(std::move(weights)) {
  weights_.push_back(points.empty() ? 1 : kPriorWeight);
  const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  for (double& weight : weights_) weight /= sum;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    std::vector<double> seen;
    seen.reserve(points.size());
    for (const Point& point : points) seen.push_back(point[i]);
    dimensions_.push_back(parameters[i].is_range() ? range_kernels(parameters[i], seen)
                                                   : choice_kernels(parameters[i], seen));
  }
}

double ParzenEstimator::log_kernel(std::size_t dimension, std::size_t kernel, double coordinate) const {
  const Parameter& parameter = parameters_[dimension];
  if (!parameter.is_range()) {
    return std::log(dimensions_[dimension].probabilities[kernel][static_cast<std::size_t>(coordinate)]);
  }
  const auto& [mean, deviation, log_mass] = dimensions_[dimension].kernels[kernel];
  if (parameter.step > 0) {
    const double from = parameter.scaled(coordinate - parameter.step / 2);
    const double to = parameter.scaled(coordinate + parameter.step / 2);
    return log_gauss_mass((from - mean) / deviation, (to - mean) / deviation) - log_mass;
  }
  const double z = (parameter.scaled(coordinate) - mean) / deviation;
  return -z * z / 2 - std::log(deviation) - 0.5 * std::log(2 * std::numbers::pi) - log_mass;
}

double ParzenEstimator::log_density(const Point& point) const {
  std::vector<double> logs;
  for (std::size_t kernel = 0; kernel < weights_.size(); ++kernel) {
    double log = std::log(weights_[kernel]);
    for (std::size_t i = 0; i < parameters_.size(); ++i) log += log_kernel(i, kernel, point[i]);
    logs.push_back(log);
  }
  const double highest = *std::max_element(logs.begin(), logs.end());
  double sum = 0;
  for (const double log : logs) sum += std::exp(log - highest);
  return highest + std::log(sum);
}

Point ParzenEstimator::draw(train::Random& random) const {
  const std::size_t kernel = pick(weights_, draw_unit(random));
  Point point;
  for (std::size_t i = 0; i < parameters_.size(); ++i) {
    const Parameter& parameter = parameters_[i];
    if (!parameter.is_range()) {
      point.push_back(static_cast<double>(pick(dimensions_[i].probabilities[kernel], draw_unit(random))));
      continue;
    }
    // The mean lies inside and no kernel is wider than the range, so that at least a third of the draws do too.
    const auto& [mean, deviation, unused] = dimensions_[i].kernels[kernel];
    double position = 0;
    do {
      position = mean + deviation * draw_normal(random);
    } while (position < parameter.scaled_low() || position > parameter.scaled_high());
    point.push_back(parameter.allowed(position));
  }
  return point;
}

std::vector<double> recency_weights(std::size_t count) {
  constexpr std::size_t kFull = 25;
  std::vector<double> weights(count, 1);
  if (count <= kFull) return weights;
  const auto n = static_cast<double>(count);
  const auto rising = static_cast<double>(count - kFull);
  for (std::size_t i = 0; i < count - kFull; ++i) {
    weights[i] = rising == 1 ? 1 / n : 1 / n + (1 - 1 / n) * static_cast<double>(i) / (rising - 1);
  }
  return weights;
}

}  // namespace llmops::sweep
