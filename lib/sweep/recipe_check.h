// Whether the finetuning recipe takes what a sweep gives it, asked before the first trial.
#pragma once

#include "config/yaml_reader.h"
#include "sweep/sweep_recipe.h"

namespace llmops::sweep {

/// The recipe's keys as written; problems are recorded at the sweep's key `recipe`.
Json read_base_recipe(config::YamlObject& sweep, const std::filesystem::path& path);

/// Of a sweep that is right in itself. Reads the recipe with every choice and the ends of every range; what it refuses
/// is recorded at the parameter's line.
void check_parameters(config::YamlObject& root, const SweepRecipe& sweep);

}  // namespace llmops::sweep
