// Mass of the standard normal distribution, exact also where it is too small for a double.
#pragma once

namespace llmops::sweep {

/// log P(from < Z < to). @param from  below `to`
double log_gauss_mass(double from, double to);

}  // namespace llmops::sweep
