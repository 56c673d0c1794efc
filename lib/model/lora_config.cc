// Reads and writes adapter_config.json.
#include "model/lora_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

#include "core/error.h"
#include "core/log.h"

namespace llmops::model {
namespace {

constexpr const char* kSupported = "supported are LoRA, rsLoRA and DoRA on linear layers";

/// Keys that change what is computed in ways not known here; nothing is lost while they are absent, false or empty.
/// "fan_in_fan_out" is not among them: it says how the base stores its weights, which its architecture tells.
constexpr const char* kRefused[] = {"layer_replication",
                                    "trainable_token_indices",
                                    "target_parameters",
                                    "megatron_config",
                                    "alora_invocation_tokens",
                                    "arrow_config",
                                    "use_bdlora",
                                    "use_qalora",
                                    "kasa_config",
                                    "velora_config",
                                    "monteclora_config"};

/// Keys that do not change what is computed: they go through as they are.
const std::set<std::string_view> kKept = {"task_type",        "inference_mode", "fan_in_fan_out", "auto_mapping",
                                          "peft_version",     "revision",       "runtime_config", "megatron_core",
                                          "loftq_config",     "eva_config",     "corda_config",   "lora_ga_config",
                                          "qalora_group_size"};

/// How A and B may have begun: ways that leave the base model's weights as they are.
constexpr const char* kStarts[] = {"gaussian", "eva", "orthogonal"};

/// What LoraConfig holds.
const std::set<std::string_view> kWritten = {"peft_type",
                                             "base_model_name_or_path",
                                             "r",
                                             "lora_alpha",
                                             "lora_dropout",
                                             "use_rslora",
                                             "use_dora",
                                             "lora_bias",
                                             "bias",
                                             "target_modules",
                                             "exclude_modules",
                                             "layers_to_transform",
                                             "layers_pattern",
                                             "rank_pattern",
                                             "alpha_pattern",
                                             "init_lora_weights",
                                             "modules_to_save",
                                             "ensure_weight_tying"};

[[noreturn]] void throw_unsupported(const std::string& origin, const std::string& what, const char* hint = kSupported) {
  throw InputError(fmt::format("{}: {} is not supported", origin, what), hint);
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
    throw_unsupported(origin, fmt::format("bias '{}'", bias), "biases of the base model are not trained; give 'none'");
  }
  for (const char* key : kRefused) {
    if (is_set(config, key)) throw_unsupported(origin, fmt::format("'{}'", key));
  }
}

/// A list, or one regular expression.
ModuleNames module_names(const Json& config, const char* key, const std::string& origin) {
  const Json value = json_get_or<Json>(config, key, Json::array(), origin);
  if (value.is_string()) return {{}, value.get<std::string>()};
  return {json_get_or<std::vector<std::string>>(config, key, {}, origin), ""};
}

/// A list, or one value for a list of one.
template <typename T>
std::vector<T> one_or_more(const Json& config, const char* key, const std::string& origin) {
  const Json value = json_get_or<Json>(config, key, Json::array(), origin);
  if (value.is_array()) return json_get_or<std::vector<T>>(config, key, {}, origin);
  return {json_get<T>(config, key, origin)};
}

template <typename T>
std::vector<std::pair<std::string, T>> pattern_map(const Json& config, const char* key, const std::string& origin) {
  const Json value = json_get_or<Json>(config, key, Json::object(), origin);
  if (!value.is_object()) throw_json_type(key, value, origin);
  std::vector<std::pair<std::string, T>> found;
  for (const auto& [pattern, unused] : value.items()) {
    found.emplace_back(pattern, json_get<T>(value, pattern.c_str(), fmt::format("{}: '{}'", origin, key)));
  }
  return found;
}

void read_layers(const Json& config, const std::string& origin, LoraConfig& lora) {
  lora.target_modules = module_names(config, "target_modules", origin);
  lora.exclude_modules = module_names(config, "exclude_modules", origin);
  lora.layers_to_transform = one_or_more<int>(config, "layers_to_transform", origin);
  lora.layers_pattern = one_or_more<std::string>(config, "layers_pattern", origin);
  std::erase(lora.layers_pattern, "");
  if (!lora.target_modules.pattern.empty() && !(lora.layers_to_transform.empty() && lora.layers_pattern.empty())) {
    throw InputError(fmt::format("{}: 'layers_to_transform' is of no use beside a pattern in 'target_modules'", origin),
                     "say it in the pattern, or give a list of names");
  }
  if (!lora.layers_pattern.empty() && lora.layers_to_transform.empty()) {
    throw InputError(fmt::format("{}: 'layers_pattern' needs 'layers_to_transform'", origin));
  }
  lora.rank_pattern = pattern_map<int>(config, "rank_pattern", origin);
  lora.alpha_pattern = pattern_map<double>(config, "alpha_pattern", origin);
  for (const auto& [pattern, rank] : lora.rank_pattern) {
    if (rank < 1)
      throw InputError(fmt::format("{}: the rank of '{}' is {}, expected at least 1", origin, pattern, rank));
  }
}

void read_start(const Json& config, const std::string& origin, LoraConfig& lora) {
  lora.init_lora_weights = json_get_or<Json>(config, "init_lora_weights", true, origin);
  if (lora.init_lora_weights.is_boolean()) return;
  const auto start = json_get<std::string>(config, "init_lora_weights", origin);
  if (std::find(std::begin(kStarts), std::end(kStarts), start) == std::end(kStarts)) {
    throw_unsupported(origin, fmt::format("init_lora_weights '{}'", start),
                      "such adapters change the base model's weights too; peft writes them as plain LoRA with "
                      "save_pretrained(..., path_initial_model_for_weight_conversion=...)");
  }
}

void keep_other_keys(const Json& config, const std::string& origin, LoraConfig& lora) {
  for (const auto& [key, value] : config.items()) {
    if (kWritten.contains(key)) continue;
    lora.other[key] = value;
    const bool refused = std::find(std::begin(kRefused), std::end(kRefused), key) != std::end(kRefused);
    if (!refused && !kKept.contains(key) && is_set(config, key.c_str())) {
      log_warning(fmt::format("{}: '{}' is not known here and has no effect", origin, key));
    }
  }
}

template <typename T>
Json list_json(const std::vector<T>& values) {
  return values.empty() ? Json() : Json(values);
}

Json names_json(const ModuleNames& modules) {
  if (!modules.pattern.empty()) return modules.pattern;
  return list_json(modules.names);
}

template <typename T>
Json map_json(const std::vector<std::pair<std::string, T>>& patterns) {
  Json map = Json::object();
  for (const auto& [pattern, value] : patterns) map[pattern] = value;
  return map;
}

}  // namespace

double LoraConfig::scale(int rank, double alpha) const {
  return alpha / (use_rslora ? std::sqrt(static_cast<double>(rank)) : rank);
}

bool LoraConfig::classifies() const {
  const auto task = other.find("task_type");
  return task != other.end() && *task == "SEQ_CLS";
}

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
  lora.use_dora = json_get_or<bool>(config, "use_dora", false, origin);
  lora.lora_bias = json_get_or<bool>(config, "lora_bias", false, origin);
  if (lora.use_dora && lora.lora_bias) {
    throw InputError(fmt::format("{}: 'use_dora' and 'lora_bias' exclude each other", origin));
  }
  read_layers(config, origin, lora);
  read_start(config, origin, lora);
  lora.modules_to_save = json_get_or<std::vector<std::string>>(config, "modules_to_save", {}, origin);
  lora.ensure_weight_tying = json_get_or<bool>(config, "ensure_weight_tying", false, origin);
  keep_other_keys(config, origin, lora);
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
  Json json = {{"peft_type", "LORA"},
               {"task_type", "CAUSAL_LM"},
               {"base_model_name_or_path", config.base_model_name_or_path},
               {"r", config.r},
               {"lora_alpha", config.lora_alpha},
               {"lora_dropout", config.lora_dropout},
               {"target_modules", names_json(config.target_modules)},
               {"exclude_modules", names_json(config.exclude_modules)},
               {"layers_to_transform", list_json(config.layers_to_transform)},
               {"layers_pattern", list_json(config.layers_pattern)},
               {"modules_to_save", list_json(config.modules_to_save)},
               {"ensure_weight_tying", config.ensure_weight_tying},
               {"bias", "none"},
               {"lora_bias", config.lora_bias},
               {"fan_in_fan_out", false},
               {"use_rslora", config.use_rslora},
               {"use_dora", config.use_dora},
               {"rank_pattern", map_json(config.rank_pattern)},
               {"alpha_pattern", map_json(config.alpha_pattern)},
               {"init_lora_weights", config.init_lora_weights},
               {"inference_mode", true}};
  for (const auto& [key, value] : config.other.items()) json[key] = value;
  return json;
}

}  // namespace llmops::model
