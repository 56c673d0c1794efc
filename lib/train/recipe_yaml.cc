// Writes the keys of a recipe as YAML.
#include <algorithm>
#include <array>

#include "config/yaml_scalar.h"
#include "train/recipe_text.h"

namespace llmops::train {
namespace {

/// The order of recipes/finetune-lora.yaml; nullptr is an empty line.
constexpr std::array kOrder = {"base_model",
                               "base_model_config",
                               "tokenizer_config",
                               "datasets",
                               "test_datasets",
                               "val_set_size",
                               "output_dir",
                               static_cast<const char*>(nullptr),
                               "sequence_len",
                               "sample_packing",
                               "group_by_length",
                               "train_on_inputs",
                               static_cast<const char*>(nullptr),
                               "rl",
                               "rl_beta",
                               "dpo_label_smoothing",
                               "rpo_alpha",
                               "simpo_gamma",
                               "cpo_alpha",
                               "orpo_alpha",
                               "kto_desirable_weight",
                               "kto_undesirable_weight",
                               "reward_model",
                               "center_rewards_coefficient",
                               "rewards",
                               "trl",
                               "teacher_model",
                               "kd_loss",
                               "kd_temperature",
                               "kd_alpha",
                               "kd_ce_alpha",
                               "kd_top_k",
                               "kd_teacher_file",
                               "debias",
                               static_cast<const char*>(nullptr),
                               "adapter",
                               "unfrozen_parameters",
                               "load_in_4bit",
                               "load_in_8bit",
                               "lora_r",
                               "lora_alpha",
                               "lora_dropout",
                               "lora_target_linear",
                               "lora_target_modules",
                               "exclude_modules",
                               "layers_to_transform",
                               "layers_pattern",
                               "rank_pattern",
                               "alpha_pattern",
                               "use_rslora",
                               "use_dora",
                               "lora_bias",
                               "init_lora_weights",
                               "lora_modules_to_save",
                               "lora_model_dir",
                               static_cast<const char*>(nullptr),
                               "micro_batch_size",
                               "gradient_accumulation_steps",
                               "num_epochs",
                               "max_steps",
                               "max_tokens",
                               "stop_at_step",
                               "learning_rate",
                               "lr_scheduler",
                               "lr_scheduler_kwargs",
                               "warmup_ratio",
                               "warmup_steps",
                               "cosine_min_lr_ratio",
                               "optimizer",
                               "optim_args",
                               "loraplus_lr_ratio",
                               "weight_decay",
                               "adam_beta1",
                               "adam_beta2",
                               "adam_epsilon",
                               "label_smoothing_factor",
                               "neftune_noise_alpha",
                               "loss_spike_factor",
                               "max_grad_norm",
                               "gradient_checkpointing",
                               "bf16",
                               static_cast<const char*>(nullptr),
                               "eval_steps",
                               "save_steps",
                               "save_total_limit",
                               "logging_steps",
                               "early_stopping_patience",
                               "metric_for_best_model",
                               "greater_is_better",
                               "eval_tasks",
                               "eval_tasks_limit",
                               "seed",
                               "resume_from_checkpoint"};

/// Plain where that reads back as the same text, else in JSON's quotes.
std::string text_of(const std::string& value) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_./@+-:").find(c) != std::string_view::npos;
  };
  const bool simple = !value.empty() && std::all_of(value.begin(), value.end(), plain) && value.front() != '-' &&
                      value.front() != ':' && value.front() != '@' && value.back() != ':';
  if (simple) {
    config::YamlTree scalar;
    scalar.kind = config::YamlTree::Kind::kScalar;
    scalar.text = value;
    if (config::yaml_to_json(scalar) == Json(value)) return value;
  }
  return dump_json(Json(value));
}

std::string scalar_text(const Json& value) {
  return value.is_string() ? text_of(value.get_ref<const std::string&>()) : dump_json(value);
}

std::string flow(const Json& value) {
  std::string text;
  if (value.is_array()) {
    for (const Json& item : value) text += (text.empty() ? "" : ", ") + flow(item);
    return "[" + text + "]";
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.items()) text += (text.empty() ? "" : ", ") + text_of(key) + ": " + flow(item);
    return "{" + text + "}";
  }
  return scalar_text(value);
}

bool is_list_of_mappings(const Json& value) {
  return value.is_array() && !value.empty() &&
         std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_object() && !item.empty(); });
}

std::string entry(const std::string& key, const Json& value) {
  if (!is_list_of_mappings(value)) return key + ": " + flow(value) + "\n";
  std::string text = key + ":\n";
  for (const Json& item : value) {
    const char* lead = "  - ";
    for (const auto& [name, inner] : item.items()) {
      text += lead + text_of(name) + ": " + flow(inner) + "\n";
      lead = "    ";
    }
  }
  return text;
}

}  // namespace

std::string recipe_yaml(const Json& keys) {
  std::string text;
  bool gap = false;
  const auto add = [&](const std::string& key, const Json& value) {
    if (gap && !text.empty()) text += "\n";
    gap = false;
    text += entry(key, value);
  };
  for (const char* key : kOrder) {
    if (key == nullptr) gap = true;
    if (key != nullptr && keys.contains(key)) add(key, keys[key]);
  }
  gap = true;
  for (const auto& [key, value] : keys.items()) {
    const auto same = [&key = key](const char* known) { return known != nullptr && key == known; };
    if (std::none_of(kOrder.begin(), kOrder.end(), same)) add(key, value);
  }
  return text;
}

}  // namespace llmops::train
