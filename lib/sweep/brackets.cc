// Rungs of successive halving and Hyperband.
#include "sweep/brackets.h"

#include <algorithm>
#include <cmath>

namespace llmops::sweep {
namespace {

/// Ends of rungs: min_steps times powers of eta, the last at max_steps.
std::vector<int> rung_steps(const Halving& halving) {
  std::vector<int> steps;
  while (true) {
    const double at = halving.min_steps * std::pow(halving.eta, static_cast<double>(steps.size()));
    if (at >= halving.max_steps * (1 - 1e-9)) break;
    steps.push_back(static_cast<int>(std::lround(at)));
  }
  steps.push_back(halving.max_steps);
  return steps;
}

Bracket bracket_of(int trials, const std::vector<int>& steps, double eta) {
  Bracket bracket;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const double left = std::floor(trials / std::pow(eta, static_cast<double>(i)) + 1e-9);
    bracket.push_back({std::max(1, static_cast<int>(left)), steps[i]});
  }
  return bracket;
}

}  // namespace

Bracket halving_bracket(int trials, const Halving& halving) {
  return bracket_of(trials, rung_steps(halving), halving.eta);
}

std::vector<Bracket> hyperband_brackets(const Halving& halving) {
  const std::vector<int> steps = rung_steps(halving);
  const auto rungs = static_cast<double>(steps.size());
  std::vector<Bracket> brackets;
  for (std::size_t first = 0; first < steps.size(); ++first) {
    const double left = rungs - static_cast<double>(first);  // rungs of this bracket
    const double trials = std::ceil(rungs / left * std::pow(halving.eta, left - 1) - 1e-9);
    brackets.push_back(bracket_of(static_cast<int>(trials),
                                  {steps.begin() + static_cast<std::ptrdiff_t>(first), steps.end()}, halving.eta));
  }
  return brackets;
}

}  // namespace llmops::sweep
