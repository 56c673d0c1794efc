// adapter_config.json as peft writes it. Free of libtorch.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace llmops::model {

/// Modules as PEFT lets them be named: by a list, or all by one regular expression.
struct ModuleNames {
  std::vector<std::string> names;  ///< whole paths, or their last parts: "q_proj", "self_attn.q_proj"
  std::string pattern;             ///< of the whole path, in Python's syntax; "" where there is a list
  bool empty() const { return names.empty() && pattern.empty(); }
};

/// adapter_config.json, under PEFT's own names.
struct LoraConfig {
  std::string base_model_name_or_path;
  int r = 16;
  double lora_alpha = 32;
  double lora_dropout = 0;
  bool use_rslora = false;
  bool use_dora = false;
  bool lora_bias = false;      ///< B has a bias
  ModuleNames target_modules;  ///< none, or the pattern "all-linear": every linear layer but the head
  ModuleNames exclude_modules;
  std::vector<int> layers_to_transform;     ///< only these layers of the model; none: all
  std::vector<std::string> layers_pattern;  ///< regular expressions for what stands before a layer's number
  /// Regular expressions for the end of a path; the first that matches replaces `r` or `lora_alpha`.
  std::vector<std::pair<std::string, int>> rank_pattern;
  std::vector<std::pair<std::string, double>> alpha_pattern;
  std::vector<std::string> modules_to_save;  ///< trained whole beside the low-rank weights: saved_modules.h
  bool ensure_weight_tying = false;          ///< an embedding that is the head too stays it when saved
  Json init_lora_weights = true;             ///< or "gaussian"; files may also say how else A and B began
  Json other = Json::object();  ///< keys of a file that mean nothing here, kept for when it is written again

  /// Whether it makes a sequence classifier of its base model; else the base stays what it is.
  bool classifies() const;
  /// alpha / r, or alpha / sqrt(r) with rsLoRA (Kalajdzievski, 2023).
  double scale(int rank, double alpha) const;
  double scale() const { return scale(r, lora_alpha); }  ///< of layers that no pattern names
};

/// @throws InputError  naming the key, for kinds of adapter that are not run here (PiSSA, biases of the base, ...)
LoraConfig parse_lora_config(const Json& config, const std::string& origin);
/// @throws NotFoundError  where `directory` holds no adapter_config.json
LoraConfig read_lora_config(const std::filesystem::path& directory);
Json lora_config_json(const LoraConfig& config);

}  // namespace llmops::model
