// How far a merge moved weights, for people.
#pragma once

#include <fmt/format.h>

#include <string>

#include "quant/merge_model.h"

namespace llmops::apps {

inline std::string drift_text(const std::string& what, const quant::MergeDrift& drift) {
  return fmt::format("{}: {:.2g} ulps at most, {:.2e} of the largest weight, {:.1f} % of the weights changed\n", what,
                     drift.max_ulps, drift.max_relative_difference, 100 * drift.changed_share);
}

}  // namespace llmops::apps
