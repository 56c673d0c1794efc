// Which trials are better, by one metric or by several that pull in different directions.
#pragma once

#include <cstddef>
#include <vector>

namespace llmops::sweep {

/// Of one trial, one a metric; lower is better in each.
using Losses = std::vector<double>;

/// Fronts of trials that no other trial of the same or a later front beats in every metric: 0 is the Pareto front. With
/// one metric, its order. Source: Deb et al., 2002, NSGA-II, for fronts and crowding.
std::vector<std::size_t> pareto_fronts(const std::vector<Losses>& trials);

/// Indices, best first: by front; within one those in sparser company first, so that the ends of a trade-off are kept;
/// then the earlier.
std::vector<std::size_t> rank_trials(const std::vector<Losses>& trials);

}  // namespace llmops::sweep
