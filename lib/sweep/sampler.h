// Which point a trial tries: every one in turn, a random one, or where the better trials lie close.
#pragma once

#include <cstdint>
#include <vector>

#include "sweep/parameter.h"
#include "sweep/ranking.h"

namespace llmops::sweep {

/// A finished trial.
struct Observation {
  Point point;
  Losses losses;
};

struct SampleRequest {
  const std::vector<Parameter>& parameters;
  std::uint64_t seed;
  std::size_t trial;                        ///< from 0
  const std::vector<Observation>& history;  ///< finished trials, oldest first; failed ones are left out
};

/// The trial-th of all combinations, the last parameter changing fastest; after the last the first again.
Point grid_point(const SampleRequest& request);
Point random_point(const SampleRequest& request);
/// Tree-structured Parzen estimator: random for the first 10 trials, then the most promising of 24 points drawn where
/// the best tenth of the trials lie. Of one metric the estimators are joint, as Optuna's are by default; of several a
/// parameter at a time.
Point tpe_point(const SampleRequest& request);

/// Number of combinations. @returns 0 where a parameter is a range without steps
std::size_t grid_size(const std::vector<Parameter>& parameters);

}  // namespace llmops::sweep
