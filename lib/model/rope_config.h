// Rotary embedding settings in config.json, in the two forms transformers has written them.
#pragma once

#include <string>

#include "model/model_config.h"

namespace llmops::model {

/// Fills rope_theta and rope_scaling. Reads `rope_theta` with `rope_scaling` (transformers 4) and `rope_parameters`,
/// which holds both (transformers 5).
/// @throws InputError  naming the key; for a scaling that is not known, the nearest that is
void read_rope(ModelConfig& config, const Json& json, const std::string& origin);

/// Writes both settings back in the form `json` already uses, the older one where it uses none.
void write_rope(const ModelConfig& config, Json& json);

}  // namespace llmops::model
