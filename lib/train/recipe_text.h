// A recipe as YAML text: written from its keys, and read.
#pragma once

#include <string>
#include <string_view>

#include "train/recipe.h"

namespace llmops::train {

/// @param keys  of a recipe, in any order; written in that of recipes/finetune-lora.yaml, unknown ones last
std::string recipe_yaml(const Json& keys);

/// As read_finetune_recipe(). @param origin  what errors call the text
FinetuneRecipe parse_finetune_recipe(std::string_view text, const std::string& origin);

}  // namespace llmops::train
