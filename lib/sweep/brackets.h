// How many trials train for how many steps.
#pragma once

#include <vector>

namespace llmops::sweep {

/// The trials that are left, and the step up to which each goes on.
struct Rung {
  int trials = 0;
  int steps = 0;  ///< 0: as the recipe says
};
using Bracket = std::vector<Rung>;  ///< trials that start together, down to the last ones

struct Halving {
  int min_steps = 0, max_steps = 0;
  double eta = 3;  ///< of so many trials one goes on, for so many times the steps
};

/// Successive halving. Source: Jamieson and Talwalkar, 2016.
Bracket halving_bracket(int trials, const Halving& halving);

/// From many trials that start with few steps to few that have all from the start, each bracket about as costly.
/// Source: Li et al., 2018, "Hyperband", algorithm 1.
std::vector<Bracket> hyperband_brackets(const Halving& halving);

}  // namespace llmops::sweep
