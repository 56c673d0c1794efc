// Activations by the names of config.json.
#pragma once

#include "model/settings.h"

namespace llmops::model {

/// What `hidden_act` names; SiLU where the family has no such key and no default.
/// @throws InputError  for one that is not known, with the nearest
Activation find_activation(const Settings& settings);

}  // namespace llmops::model
