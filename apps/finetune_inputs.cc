// Resolves the names in a recipe.
#include "apps/finetune_inputs.h"

#include "model/model_source.h"

namespace llmops::apps {

std::vector<FinetuneInput> resolve_inputs(registry::Registry& registry, train::FinetuneRecipe& recipe) {
  std::vector<FinetuneInput> inputs;
  const auto resolve = [&](const char* role, const std::string& name) {
    inputs.push_back({role, registry::resolve(registry, name)});
    return inputs.back().found.path;
  };
  if (recipe.pretrain.on()) {
    recipe.pretrain.tokenizer_path = resolve("tokenizer", recipe.pretrain.tokenizer_config);
  } else {
    recipe.base_path = resolve("model", recipe.base_model);
  }
  if (!recipe.distillation.teacher_model.empty()) {
    recipe.distillation.teacher_path = resolve("teacher", recipe.distillation.teacher_model);
  }
  for (train::RewardRule& rule : recipe.grpo.rewards) {
    if (rule.model.empty()) continue;
    resolve("reward_model", rule.model);
    const model::ModelSource source = model::resolve_model(registry, rule.model);
    rule.model_path = source.model_path;
    rule.model_adapter = source.adapter_path;
  }
  for (std::string& task : recipe.validation.eval_tasks) task = resolve("eval_task", task).string();
  for (auto* specs : {&recipe.datasets, &recipe.test_datasets}) {
    for (train::DatasetSpec& spec : *specs) spec.path = resolve("dataset", spec.path).string();
  }
  return inputs;
}

std::string record_inputs(registry::Run& run, const std::vector<FinetuneInput>& inputs) {
  std::string first;
  for (const auto& [role, found] : inputs) {
    // A base that an earlier run made goes under the kind it was made as: "merged_model", say.
    const std::string& kind = role == "model" && !found.kind.empty() ? found.kind : role;
    const std::string sha256 = run.add_input(found.path, kind, found.uri).sha256;
    if (first.empty()) first = sha256;
  }
  return first;
}

}  // namespace llmops::apps
