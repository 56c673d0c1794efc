// Decides whether a step went wrong: a loss or gradient that is not finite, or a loss far above the last ones.
#pragma once

#include <string>
#include <vector>

namespace llmops::train {

/// @param recent        losses of the last good steps, as remember_loss() keeps them
/// @param spike_factor  a loss above this many times their median is a spike, once there are eight; 0 is off
/// @returns what is wrong, "the loss is not finite"; "" where nothing is
std::string problem_of_step(double loss, double gradient_norm, const std::vector<double>& recent, double spike_factor);

/// Adds the loss of a good step; the newest 32 stay.
void remember_loss(std::vector<double>& recent, double loss);

}  // namespace llmops::train
