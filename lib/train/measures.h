// Named figures beside the loss, under TRL's names: "rewards/accuracies".
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace llmops::train {

using Measures = std::vector<std::pair<std::string, double>>;

/// Adds figures of the same objective to those gathered so far.
void add_measures(Measures& sum, const Measures& share);
Json measures_json(const Measures& measures);
/// @throws InputError  a value that is no number
Measures parse_measures(const Json& json, const std::string& origin);

}  // namespace llmops::train
