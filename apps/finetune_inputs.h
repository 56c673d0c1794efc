// What a training recipe names, found: models and data.
#pragma once

#include <string>
#include <vector>

#include "registry/resolve.h"
#include "registry/run.h"
#include "train/recipe.h"

namespace llmops::apps {

struct FinetuneInput {
  /// "model", "tokenizer", "teacher", "reward_model", "eval_task" or "dataset": what a run records it as.
  std::string role;
  registry::Resolved found;
};

/// URIs become paths. @returns each, the model (or the tokenizer of a fresh one) first
/// @throws NotFoundError
std::vector<FinetuneInput> resolve_inputs(registry::Registry& registry, train::FinetuneRecipe& recipe);

/// @returns the SHA-256 of the first
std::string record_inputs(registry::Run& run, const std::vector<FinetuneInput>& inputs);

}  // namespace llmops::apps
