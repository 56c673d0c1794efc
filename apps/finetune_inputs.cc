// Resolves the names in a recipe.
#include "apps/finetune_inputs.h"

namespace llmops::apps {

std::vector<registry::Resolved> resolve_inputs(registry::Registry& registry, train::FinetuneRecipe& recipe) {
  std::vector<registry::Resolved> inputs = {registry::resolve(registry, recipe.base_model)};
  recipe.base_path = inputs.front().path;
  if (recipe.distillation.on()) {
    inputs.push_back(registry::resolve(registry, recipe.distillation.teacher_model));
    recipe.distillation.teacher_path = inputs.back().path;
  }
  for (auto* specs : {&recipe.datasets, &recipe.test_datasets}) {
    for (train::DatasetSpec& spec : *specs) {
      inputs.push_back(registry::resolve(registry, spec.path));
      spec.path = inputs.back().path.string();
    }
  }
  return inputs;
}

}  // namespace llmops::apps
