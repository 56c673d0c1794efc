// The part of a recipe that says how weights are changed: optimizer, learning rate, schedule.
#pragma once

#include "train/recipe.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

/// Problems are recorded in `root`.
void read_optimization(config::YamlObject& root, FinetuneRecipe& recipe);

}  // namespace llmops::train
