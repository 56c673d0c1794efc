// The tree-structured Parzen estimator: Bergstra et al., 2011; numbers of trials and candidates are Optuna's.
#include <algorithm>
#include <cmath>
#include <span>

#include "sweep/parzen_estimator.h"
#include "sweep/random_numbers.h"
#include "sweep/sampler.h"

namespace llmops::sweep {
namespace {

constexpr std::uint64_t kTpeStream = 0x747065;  // "tpe"
constexpr std::size_t kStartupTrials = 10;
constexpr int kCandidates = 24;
constexpr std::size_t kMostGood = 25;

/// Points of the better and of the other trials, each oldest first.
struct Split {
  std::vector<Point> good, other;
};

Split split(const std::vector<Observation>& history) {
  std::vector<Losses> losses;
  losses.reserve(history.size());
  for (const Observation& trial : history) losses.push_back(trial.losses);
  const auto tenth = static_cast<std::size_t>(std::ceil(0.1 * static_cast<double>(history.size())));
  const std::size_t count = losses[0].size() == 1 ? std::min(tenth, kMostGood) : tenth;
  const std::vector<std::size_t> ranked = rank_trials(losses);
  std::vector<bool> is_good(history.size(), false);
  for (std::size_t i = 0; i < count; ++i) is_good[ranked[i]] = true;
  Split split;
  for (std::size_t i = 0; i < history.size(); ++i) (is_good[i] ? split.good : split.other).push_back(history[i].point);
  return split;
}

/// The candidate whose density among the good trials most exceeds that among the others.
Point most_promising(std::span<const Parameter> parameters, const Split& trials, bool equal_weights,
                     train::Random& random) {
  const ParzenEstimator good(
      parameters, trials.good,
      equal_weights ? std::vector<double>(trials.good.size(), 1) : recency_weights(trials.good.size()));
  const ParzenEstimator other(parameters, trials.other, recency_weights(trials.other.size()));
  Point best;
  double highest = -HUGE_VAL;
  for (int i = 0; i < kCandidates; ++i) {
    Point candidate = good.draw(random);
    const double gain = good.log_density(candidate) - other.log_density(candidate);
    if (!best.empty() && !(gain > highest)) continue;
    highest = gain;
    best = std::move(candidate);
  }
  return best;
}

std::vector<Point> column(const std::vector<Point>& points, std::size_t parameter) {
  std::vector<Point> values;
  values.reserve(points.size());
  for (const Point& point : points) values.push_back({point[parameter]});
  return values;
}

}  // namespace

Point tpe_point(const SampleRequest& request) {
  if (request.history.size() < kStartupTrials) return random_point(request);
  train::Random random({request.seed, kTpeStream, request.trial});
  const Split trials = split(request.history);
  const bool several = request.history[0].losses.size() > 1;
  const std::span<const Parameter> parameters(request.parameters);
  if (!several) return most_promising(parameters, trials, /*equal_weights=*/false, random);
  Point point;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const Split one = {column(trials.good, i), column(trials.other, i)};
    point.push_back(most_promising(parameters.subspan(i, 1), one, /*equal_weights=*/true, random)[0]);
  }
  return point;
}

}  // namespace llmops::sweep
