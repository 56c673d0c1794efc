// Fronts, and the distance to neighbours on the same front.
#include "sweep/ranking.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>

namespace llmops::sweep {
namespace {

bool dominates(const Losses& a, const Losses& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

/// Adds to each trial of a front the distance between its two neighbours by one metric, as a share of the front's
/// range.
void add_crowding(const std::vector<Losses>& trials, std::vector<std::size_t> front, std::size_t metric,
                  std::vector<double>& distance) {
  const auto value = [&](std::size_t trial) { return trials[trial][metric]; };
  std::stable_sort(front.begin(), front.end(), [&](std::size_t a, std::size_t b) { return value(a) < value(b); });
  const double range = value(front.back()) - value(front.front());
  distance[front.front()] = distance[front.back()] = HUGE_VAL;
  for (std::size_t i = 1; i + 1 < front.size() && range > 0; ++i) {
    distance[front[i]] += (value(front[i + 1]) - value(front[i - 1])) / range;
  }
}

}  // namespace

std::vector<std::size_t> pareto_fronts(const std::vector<Losses>& trials) {
  std::vector<std::size_t> fronts(trials.size(), SIZE_MAX);
  std::size_t placed = 0;
  for (std::size_t front = 0; placed < trials.size(); ++front) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (fronts[i] != SIZE_MAX) continue;
      bool beaten = false;
      for (std::size_t k = 0; k < trials.size() && !beaten; ++k) {
        beaten = fronts[k] == SIZE_MAX && dominates(trials[k], trials[i]);
      }
      if (!beaten) members.push_back(i);
    }
    for (const std::size_t member : members) fronts[member] = front;
    placed += members.size();
  }
  return fronts;
}

std::vector<std::size_t> rank_trials(const std::vector<Losses>& trials) {
  const std::vector<std::size_t> fronts = pareto_fronts(trials);
  std::vector<double> distance(trials.size(), 0);
  const std::size_t count = trials.empty() ? 0 : 1 + *std::max_element(fronts.begin(), fronts.end());
  for (std::size_t front = 0; front < count; ++front) {
    std::vector<std::size_t> members;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      if (fronts[i] == front) members.push_back(i);
    }
    for (std::size_t metric = 0; metric < trials[members[0]].size(); ++metric) {
      add_crowding(trials, members, metric, distance);
    }
  }
  std::vector<std::size_t> order(trials.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return fronts[a] != fronts[b] ? fronts[a] < fronts[b] : distance[a] > distance[b];
  });
  return order;
}

}  // namespace llmops::sweep
