// In what layers of one model differ: windows, positions, experts.
#pragma once

#include "model/settings.h"

namespace llmops::model {

/// Fills sliding_window and layer_options; sizes have been checked.
/// @throws InputError  for lists that do not fit the number of layers, and for kinds of attention that we do not run
void read_layer_options(ModelConfig& config, const Settings& settings);

}  // namespace llmops::model
