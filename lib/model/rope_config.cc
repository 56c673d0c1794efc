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

void read_scaling(ModelConfig& config, const Json& scaling, const Settings& settings) {
  const std::string& origin = settings.origin();
  RopeScaling& rope = config.rope_scaling;
  rope.type = read_type(scaling, origin);
  if (rope.type == "default") return;
  // Phi-3 style files keep the original length beside the dictionary, and it wins there.
  rope.original_max_position = read_positions(settings.config(), "original_max_position_embeddings", origin);
  if (rope.original_max_position == 0) {
    rope.original_max_position = read_positions(scaling, "original_max_position_embeddings", origin);
  }
  if (rope.original_max_position == 0) {
    rope.original_max_position = settings.count_or("original_max_position_embeddings", 0);
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

/// The layers with a window: plain positions with a base of their own.
void read_local(ModelConfig& config, const Json& by_kind, const std::string& origin) {
  const Json* local = find_object(by_kind, "sliding_attention", origin);
  if (local == nullptr) return;
  if (const std::string type = read_type(*local, origin); type != "default") {
    throw InputError(fmt::format("{}: rope type '{}' of layers with a window is not supported", origin, type));
  }
  config.local_rope_theta = json_get_or<double>(*local, "rope_theta", config.local_rope_theta, origin);
}

/// Elements of a head that are turned: a share of it, or a number.
int read_rotary_size(const ModelConfig& config, const Json* scaling, const Settings& settings) {
  const std::string key = settings.spelling("partial_rotary_factor");
  const std::string& origin = settings.origin();
  if (settings.knows("rotary_dim")) return settings.count_or("rotary_dim", config.head_size);
  double share =
      json_get_or<double>(settings.config(), key.c_str(), settings.number("partial_rotary_factor", 1), origin);
  if (scaling != nullptr) share = json_get_or<double>(*scaling, "partial_rotary_factor", share, origin);
  if (share != 1 && !settings.knows("partial_rotary_factor")) {
    throw InputError(fmt::format("{}: '{}' other than 1 is not supported for this architecture", origin, key));
  }
  if (!(share > 0 && share <= 1)) throw InputError(fmt::format("{}: '{}' must be between 0 and 1", origin, key));
  return static_cast<int>(config.head_size * share);
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

void read_rope(ModelConfig& config, const Settings& settings) {
  const Json& json = settings.config();
  const std::string& origin = settings.origin();
  const Json* parameters = find_object(json, "rope_parameters", origin);
  const Json* scaling = parameters != nullptr ? parameters : find_object(json, "rope_scaling", origin);
  config.rope_theta = settings.number("rope_theta", 10000);
  config.local_rope_theta = settings.number("rope_local_base_freq", 0);
  if (scaling != nullptr && (scaling->contains("full_attention") || scaling->contains("sliding_attention"))) {
    if (!settings.knows("rope_local_base_freq")) {
      throw InputError(fmt::format("{}: rotary settings that differ by kind of layer are not supported", origin));
    }
    read_local(config, *scaling, origin);
    scaling = find_object(*scaling, "full_attention", origin);
  }
  if (scaling != nullptr) {
    config.rope_theta = json_get_or<double>(*scaling, "rope_theta", config.rope_theta, origin);
    read_scaling(config, *scaling, settings);
  }
  config.rotary_size = read_rotary_size(config, scaling, settings);
}

void write_rope(const ModelConfig& config, Json& json) {
  if (!config.turns_heads()) return;
  // Where layers differ, and where only a part of a head is turned, a configuration that was read stays as it is.
  if (json.contains("rope_parameters") && json["rope_parameters"].contains("full_attention")) return;
  Json scaling = scaling_json(config.rope_scaling);
  if (json.contains("rope_parameters")) {
    scaling["rope_theta"] = config.rope_theta;
    Json& written = json["rope_parameters"];
    if (!written.is_object()) written = Json::object();
    written.update(scaling);
    return;
  }
  const std::string theta = Settings(*config.family, json, "").spelling("rope_theta");
  json[theta] = config.rope_theta;
  if (json.contains("rope_scaling") || config.rope_scaling.type != "default") {
    json["rope_scaling"] = config.rope_scaling.type == "default" ? Json(nullptr) : std::move(scaling);
  }
}

}  // namespace llmops::model
