// Reads `parameters:` of a sweep, spelled as Weights & Biases and Optuna do.
#pragma once

#include <vector>

#include "config/yaml_reader.h"
#include "sweep/parameter.h"

namespace llmops::sweep {

/// A list is the choices; a mapping has `values`, `value`, or `min` and `max` with `distribution` and `q`. Problems are
/// recorded in `sweep`, each at its line.
std::vector<Parameter> read_parameters(config::YamlObject& sweep);

}  // namespace llmops::sweep
