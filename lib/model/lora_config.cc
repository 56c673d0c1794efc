// Reads and writes adapter_config.json.
#include "model/lora_config.h"

#include <fmt/format.h>

#include <cmath>

#include "core/error.h"

namespace llmops::model {
namespace {

constexpr const char* kSupported = "supported are LoRA and rsLoRA on linear layers, with one rank";

[[noreturn]] void throw_unsupported(const std::string& origin, const std::string& what) {
  throw InputError(fmt::format("{}: {} is not supported", origin, what), kSupported);
}

bool is_set(const Json& config, const char* key) {
  const auto found = config.find(key);
  if (found == config.end() || found->is_null()) return false;
  if (found->is_boolean()) return found->get<bool>();
  if (found->is_array() || found->is_object()) return !found->empty();
  return true;
}

void refuse_other_kinds(const Json& config, const std::string& origin) {
  const auto type = json_get<std::string>(config, "peft_type", origin);
  if (type != "LORA") throw_unsupported(origin, fmt::format("peft_type '{}'", type));
  if (const auto bias = json_get_or<std::string>(config, "bias", "none", origin); bias != "none") {
    throw_unsupported(origin, fmt::format("bias '{}'", bias));
  }
  // "fan_in_fan_out" says how the base stores its weights, which we know from its architecture.
  for (const char* key : {"use_dora", "modules_to_save", "rank_pattern", "alpha_pattern", "layer_replication",
                          "lora_bias", "trainable_token_indices", "target_parameters", "alora_invocation_tokens"}) {
    if (is_set(config, key)) throw_unsupported(origin, fmt::format("'{}'", key));
  }
  // These starts took something out of the base's weights, which the base at hand still has.
  const Json start = json_get_or<Json>(config, "init_lora_weights", true, origin);
  if (!start.is_string()) return;
  for (const char* name : {"pissa", "olora", "corda", "loftq", "lora_ga"}) {
    if (start.get<std::string>().starts_with(name))
      throw_unsupported(origin, fmt::format("init_lora_weights {}", start.dump()));
  }
}

}  // namespace

double LoraConfig::scale() const { return lora_alpha / (use_rslora ? std::sqrt(static_cast<double>(r)) : r); }

LoraConfig parse_lora_config(const Json& config, const std::string& origin) {
  if (!config.is_object()) throw InputError(fmt::format("{}: not a JSON object", origin));
  refuse_other_kinds(config, origin);
  LoraConfig lora;
  lora.base_model_name_or_path = json_get_or<std::string>(config, "base_model_name_or_path", "", origin);
  lora.r = json_get<int>(config, "r", origin);
  if (lora.r < 1) throw InputError(fmt::format("{}: 'r' is {}, expected at least 1", origin, lora.r));
  lora.lora_alpha = json_get<double>(config, "lora_alpha", origin);
  lora.lora_dropout = json_get_or<double>(config, "lora_dropout", 0, origin);
  lora.use_rslora = json_get_or<bool>(config, "use_rslora", false, origin);
  const Json targets = json_get_or<Json>(config, "target_modules", Json::array(), origin);
  if (targets.is_string()) {
    lora.target_modules = {targets.get<std::string>()};  // a pattern; the tensors say which layers it meant
  } else {
    lora.target_modules = json_get_or<std::vector<std::string>>(config, "target_modules", {}, origin);
  }
  return lora;
}

LoraConfig read_lora_config(const std::filesystem::path& directory) {
  const auto path = directory / "adapter_config.json";
  if (!std::filesystem::exists(path)) {
    throw NotFoundError(fmt::format("'{}' holds no adapter_config.json", directory.string()),
                        "give the folder of a PEFT adapter");
  }
  return parse_lora_config(read_json_file(path), path.string());
}

Json lora_config_json(const LoraConfig& config) {
  return {{"peft_type", "LORA"},
          {"task_type", "CAUSAL_LM"},
          {"base_model_name_or_path", config.base_model_name_or_path},
          {"r", config.r},
          {"lora_alpha", config.lora_alpha},
          {"lora_dropout", config.lora_dropout},
          {"target_modules", config.target_modules},
          {"modules_to_save", nullptr},
          {"bias", "none"},
          {"fan_in_fan_out", false},
          {"use_rslora", config.use_rslora},
          {"use_dora", false},
          {"rank_pattern", Json::object()},
          {"alpha_pattern", Json::object()},
          {"init_lora_weights", true},
          {"inference_mode", true}};
}

bool lora_target_matches(const std::string& layer, const std::string& target) {
  return layer == target || layer.ends_with("." + target);
}

}  // namespace llmops::model
