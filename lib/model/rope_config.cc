#include "model/rope_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/spelling.h"

namespace llmops::model {
namespace {

const std::vector<std::string> kTypes{"default", "linear", "dynamic", "yarn", "llama3", "longrope"};

const Json* find_object(const Json& json, const char* key, const std::string& origin) {
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return nullptr;
  if (!found->is_object()) throw_json_type(key, *found, origin);
  return &*found;
}

std::string read_type(const Json& scaling, const std::string& origin) {
  auto type =
      json_get_or<std::string>(scaling, scaling.contains("rope_type") ? "rope_type" : "type", "default", origin);
  if (type == "su") type = "longrope";  // its first name, in early Phi-3 files
  if (std::find(kTypes.begin(), kTypes.end(), type) == kTypes.end()) {
    throw InputError(fmt::format("{}: rope type '{}' is not supported", origin, type),
                     did_you_mean(type, kTypes, "supported are default, linear, dynamic, yarn, llama3 and longrope"));
  }
  return type;
}

/// A number of positions, rounded down; null and absent are 0.
int read_positions(const Json& json, const char* key, const std::string& origin) {
  const double value = json_get_or<double>(json, key, 0, origin);
  if (!(value >= 0 && value <= (1 << 30))) throw InputError(fmt::format("{}: '{}' is out of range", origin, key));
  return static_cast<int>(value);
}

void read_scaling(ModelConfig& config, const Json& scaling, const Json& json, const std::string& origin) {
  RopeScaling& rope = config.rope_scaling;
  rope.type = read_type(scaling, origin);
  if (rope.type == "default") return;
  // Phi-3 style files keep the original length beside the dictionary, and it wins there.
  rope.original_max_position = read_positions(json, "original_max_position_embeddings", origin);
  if (rope.original_max_position == 0) {
    rope.original_max_position = read_positions(scaling, "original_max_position_embeddings", origin);
  }
  const bool derivable = (rope.type == "yarn" || rope.type == "longrope") && rope.original_max_position > 0;
  const double ratio = derivable ? static_cast<double>(config.max_position) / rope.original_max_position : 1;
  if (rope.type == "linear" || rope.type == "dynamic" || rope.type == "llama3") {
    rope.factor = json_get<double>(scaling, "factor", origin);
  } else {
    rope.factor = json_get_or<double>(scaling, "factor", ratio, origin);
  }
  rope.low_freq_factor = json_get_or<double>(scaling, "low_freq_factor", 1, origin);
  rope.high_freq_factor = json_get_or<double>(scaling, "high_freq_factor", 4, origin);
  rope.beta_fast = json_get_or<double>(scaling, "beta_fast", 32, origin);
  rope.beta_slow = json_get_or<double>(scaling, "beta_slow", 1, origin);
  rope.attention_factor = json_get_or<double>(scaling, "attention_factor", 0, origin);
  rope.mscale = json_get_or<double>(scaling, "mscale", 0, origin);
  rope.mscale_all_dim = json_get_or<double>(scaling, "mscale_all_dim", 0, origin);
  rope.truncate = json_get_or<bool>(scaling, "truncate", true, origin);
  if (rope.type == "longrope") {
    rope.short_factor = json_get<std::vector<double>>(scaling, "short_factor", origin);
    rope.long_factor = json_get<std::vector<double>>(scaling, "long_factor", origin);
  }
}

Json scaling_json(const RopeScaling& rope) {
  Json json = {{"rope_type", rope.type}};
  if (rope.type == "default") return json;
  json["factor"] = rope.factor;
  if (rope.original_max_position > 0) json["original_max_position_embeddings"] = rope.original_max_position;
  if (rope.type == "llama3") {
    json["low_freq_factor"] = rope.low_freq_factor;
    json["high_freq_factor"] = rope.high_freq_factor;
  }
  if (rope.type == "yarn") {
    json["beta_fast"] = rope.beta_fast;
    json["beta_slow"] = rope.beta_slow;
    if (rope.mscale > 0) json["mscale"] = rope.mscale;
    if (rope.mscale_all_dim > 0) json["mscale_all_dim"] = rope.mscale_all_dim;
    if (!rope.truncate) json["truncate"] = false;
  }
  if (rope.attention_factor > 0) json["attention_factor"] = rope.attention_factor;
  if (rope.type == "longrope") {
    json["short_factor"] = rope.short_factor;
    json["long_factor"] = rope.long_factor;
  }
  return json;
}

}  // namespace

void read_rope(ModelConfig& config, const Json& json, const std::string& origin) {
  const Json* parameters = find_object(json, "rope_parameters", origin);
  const Json* scaling = parameters != nullptr ? parameters : find_object(json, "rope_scaling", origin);
  config.rope_theta = json_get_or<double>(json, "rope_theta", 10000, origin);
  if (scaling == nullptr) return;
  if (std::any_of(scaling->begin(), scaling->end(), [](const Json& value) { return value.is_object(); })) {
    throw InputError(fmt::format("{}: rotary settings that differ by kind of layer are not supported", origin));
  }
  if (json_get_or<double>(*scaling, "partial_rotary_factor", 1, origin) != 1) {
    throw InputError(fmt::format("{}: 'partial_rotary_factor' other than 1 is not supported", origin));
  }
  config.rope_theta = json_get_or<double>(*scaling, "rope_theta", config.rope_theta, origin);
  read_scaling(config, *scaling, json, origin);
}

void write_rope(const ModelConfig& config, Json& json) {
  Json scaling = scaling_json(config.rope_scaling);
  if (json.contains("rope_parameters")) {
    scaling["rope_theta"] = config.rope_theta;
    json["rope_parameters"] = std::move(scaling);
    return;
  }
  json["rope_theta"] = config.rope_theta;
  json["rope_scaling"] = config.rope_scaling.type == "default" ? Json(nullptr) : std::move(scaling);
}

}  // namespace llmops::model
