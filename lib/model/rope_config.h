// Rotary embedding settings in config.json, in the two forms transformers has written them.
#pragma once

#include <string>

#include "model/settings.h"

namespace llmops::model {

/// Fills rope_theta, local_rope_theta, rope_scaling and rotary_size. Reads `rope_theta` with `rope_scaling`
/// (transformers 4) and `rope_parameters`, which holds both and may do so for each kind of layer (transformers 5).
/// @throws InputError  naming the key; for a scaling that is not known, the nearest that is
void read_rope(ModelConfig& config, const Settings& settings);

/// Writes both settings back in the form `json` already uses, the older one where it uses none.
void write_rope(const ModelConfig& config, Json& json);

}  // namespace llmops::model
