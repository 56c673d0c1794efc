// What a finetuning recipe names, found: models and data.
#pragma once

#include <vector>

#include "registry/resolve.h"
#include "train/recipe.h"

namespace llmops::apps {

/// URIs become paths. @returns the canonical name of each, in order: base model, the teacher where there is one, the
/// data
/// @throws NotFoundError
std::vector<registry::Resolved> resolve_inputs(registry::Registry& registry, train::FinetuneRecipe& recipe);

}  // namespace llmops::apps
