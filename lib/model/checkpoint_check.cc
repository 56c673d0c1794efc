#include "model/checkpoint_check.h"

#include <fmt/format.h>

#include "core/error.h"
#include "model/families.h"

namespace llmops::model {

const TensorView& find_weight(const Checkpoint& weights, const ModelConfig& config, const ExpectedTensor& expected) {
  const WeightNames& names = *config.family->names;
  const TensorView* view = weights.find(expected.name);
  if (view == nullptr && expected.name.starts_with(names.base)) {
    const std::string bare = expected.name.substr(std::string_view(names.base).size());
    view = weights.find(names.old_base + bare);
    if (view == nullptr) view = weights.find(bare);
  }
  if (view == nullptr) view = &weights.get(expected.name);
  if (view->shape != expected.shape) {
    throw InputError(fmt::format("{}: tensor '{}' has shape {}, expected {}", weights.path().string(), view->name,
                                 shape_text(view->shape), shape_text(expected.shape)),
                     "config.json and the weights do not belong together");
  }
  return *view;
}

void check_checkpoint(const ModelConfig& config, const Checkpoint& weights) {
  for (const ExpectedTensor& expected : expected_tensors(config)) find_weight(weights, config, expected);
}

}  // namespace llmops::model
