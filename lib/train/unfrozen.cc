// Finds the weights that a recipe trains themselves.
#include "train/unfrozen.h"

#include <fmt/format.h>

#include "core/error.h"
#include "model/lora_targets.h"

namespace llmops::train {
namespace {

/// Marks those patterns that fit. @returns whether one does, or there is none to fit
bool fits(const std::vector<model::ModulePattern>& patterns, const std::string& name, std::vector<bool>& used) {
  bool any = patterns.empty();
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    if (patterns[i].matches(name)) any = used[i] = true;
  }
  return any;
}

}  // namespace

std::vector<model::ExpectedTensor> unfrozen_tensors(const model::ModelConfig& config, const FinetuneRecipe& recipe) {
  if (recipe.trains_adapter()) return {};
  std::vector<model::ModulePattern> patterns;
  for (const std::string& pattern : recipe.unfrozen_parameters) {
    patterns.emplace_back(pattern, "unfrozen_parameters", /*whole=*/false);
  }
  std::vector<bool> used(patterns.size());
  std::vector<model::ExpectedTensor> found;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    const bool new_head = tensor.part == model::Part::kHead && config.labels > 0;
    if (fits(patterns, tensor.name, used) || new_head) found.push_back(tensor);
  }
  for (std::size_t i = 0; i < used.size(); ++i) {
    if (used[i]) continue;
    throw InputError(
        fmt::format("unfrozen_parameters: '{}' fits no weight of the model", recipe.unfrozen_parameters[i]),
        "it is a regular expression of how a name begins, as 'model\\.layers\\.1[0-9]'; "
        "`llmops models inspect` lists the names");
  }
  return found;
}

}  // namespace llmops::train
