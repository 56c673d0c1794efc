#include "model/layer_options.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace llmops::model {
namespace {

/// A list with a value for each layer; empty where the setting is absent or null.
template <typename T>
std::vector<T> per_layer(const ModelConfig& config, const Settings& settings, const char* key) {
  const Json& value = settings.value(key);
  if (value.is_null()) return {};
  auto list = json_get<std::vector<T>>(Json{{key, value}}, key, settings.origin());
  if (static_cast<int>(list.size()) < config.layers) {
    throw InputError(
        fmt::format("{}: '{}' names {} layers, expected {}", settings.origin(), key, list.size(), config.layers));
  }
  return list;
}

/// SmolLM3: layers whose entry is 0, else every n-th.
void read_positions(ModelConfig& config, const Settings& settings) {
  if (!settings.knows("no_rope_layers")) return;
  const std::vector<int> list = per_layer<int>(config, settings, "no_rope_layers");
  const int interval = settings.count("no_rope_layer_interval");
  for (int i = 0; i < config.layers; ++i) {
    config.layer_options[i].rotary = list.empty() ? interval == 0 || (i + 1) % interval != 0 : list[i] != 0;
  }
}

bool is_sliding(const std::string& kind, const Settings& settings) {
  if (kind == "sliding_attention") return true;
  if (kind == "full_attention") return false;
  throw InputError(fmt::format("{}: 'layer_types' has '{}', which is not supported", settings.origin(), kind),
                   "supported are full_attention and sliding_attention");
}

/// In order of precedence: a list of all layers, every n-th layer full, full up to a layer, full where positions are
/// turned, or a window everywhere.
void read_windows(ModelConfig& config, const Settings& settings) {
  if (settings.value("sliding_window").is_null()) return;
  if (settings.knows("use_sliding_window") && !settings.flag("use_sliding_window")) return;
  const int window = settings.count("sliding_window");
  const auto kinds = per_layer<std::string>(config, settings, "layer_types");
  const int pattern = settings.count_or("sliding_window_pattern", 0);
  for (int i = 0; i < config.layers; ++i) {
    LayerOptions& layer = config.layer_options[i];
    bool sliding = true;
    if (!kinds.empty()) {
      sliding = is_sliding(kinds[i], settings);
    } else if (settings.knows("sliding_window_pattern")) {
      sliding = pattern == 0 || (i + 1) % pattern != 0;
    } else if (settings.knows("max_window_layers")) {
      sliding = i >= settings.count("max_window_layers");
    } else if (settings.knows("no_rope_layers")) {
      sliding = !layer.rotary;
    }
    if (!sliding) continue;
    layer.window = window;
    config.sliding_window = window;
  }
}

void read_experts(ModelConfig& config, const Settings& settings) {
  if (config.experts == 0) return;
  const Json& dense = settings.value("mlp_only_layers");
  const int step = std::max(1, settings.count_or("decoder_sparse_step", 1));
  for (int i = 0; i < config.layers; ++i) {
    const bool listed = dense.is_array() && std::find(dense.begin(), dense.end(), Json(i)) != dense.end();
    config.layer_options[i].experts = !listed && (i + 1) % step == 0;
  }
}

}  // namespace

void read_layer_options(ModelConfig& config, const Settings& settings) {
  config.layer_options.assign(config.layers, {});
  read_positions(config, settings);
  read_windows(config, settings);
  read_experts(config, settings);
}

}  // namespace llmops::model
