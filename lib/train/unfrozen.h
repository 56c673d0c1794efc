// Which of a model's own weights a recipe trains. Free of libtorch.
#pragma once

#include <vector>

#include "model/weight_layout.h"
#include "train/recipe.h"

namespace llmops::train {

/// With `adapter: none`, the weights whose names begin as a pattern of `unfrozen_parameters` says, or all where it is
/// empty; with an adapter, none.
/// @throws InputError  for a pattern that fits none, or does not compile
std::vector<model::ExpectedTensor> unfrozen_tensors(const model::ModelConfig& config, const FinetuneRecipe& recipe);

}  // namespace llmops::train
