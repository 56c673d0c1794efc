#include "model/encoder_weights.h"

#include <fmt/format.h>

#include "core/error.h"
#include "model/checkpoint_check.h"

namespace llmops::model {
namespace {

/// "LayerNorm.weight" -> "LayerNorm.gamma"; "" for other names.
std::string old_name(const std::string& name) {
  constexpr std::string_view kWeight = ".LayerNorm.weight", kBias = ".LayerNorm.bias";
  if (name.ends_with(kWeight)) return name.substr(0, name.size() - 6) + "gamma";
  if (name.ends_with(kBias)) return name.substr(0, name.size() - 4) + "beta";
  return "";
}

const TensorView& find_weight(const Checkpoint& weights, const std::string& name) {
  if (const TensorView* view = weights.find(name)) return *view;
  const std::string old = old_name(name);
  const TensorView* view = old.empty() ? nullptr : weights.find(old);
  return view != nullptr ? *view : weights.get(name);  // which throws
}

}  // namespace

std::vector<TensorView> find_encoder_weights(const EncoderConfig& config, const Checkpoint& weights) {
  const std::vector<EncoderTensor> expected = encoder_tensors(config);
  const bool prefixed =
      weights.find(expected[0].name) == nullptr && weights.find(config.prefix + expected[0].name) != nullptr;
  std::vector<TensorView> views;
  views.reserve(expected.size());
  for (const EncoderTensor& tensor : expected) {
    const TensorView& view = find_weight(weights, (prefixed ? config.prefix : "") + tensor.name);
    if (view.shape != tensor.shape) {
      throw InputError(fmt::format("{}: tensor '{}' has shape {}, config.json calls for {}", weights.path().string(),
                                   view.name, shape_text(view.shape), shape_text(tensor.shape)));
    }
    views.push_back(view);
  }
  return views;
}

}  // namespace llmops::model
