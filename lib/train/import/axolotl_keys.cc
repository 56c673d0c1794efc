// axolotl's keys that are taken over.
#include "train/import/axolotl_keys.h"

namespace llmops::train {
namespace {

using enum KeyFate;

constexpr KeyRule kKeys[] = {
    // Code of its own (axolotl.cc).
    {"base_model", kConverted},
    {"revision_of_model", kConverted},
    {"datasets", kConverted},
    {"test_datasets", kConverted},
    {"val_set_size", kConverted},
    {"sample_packing", kConverted},
    {"rl", kConverted},
    {"reward_model", kConverted},
    {"model_type", kConverted},
    {"num_labels", kConverted},
    {"adapter", kConverted},
    {"lora_target_linear", kConverted},
    {"lora_target_modules", kConverted},
    {"optimizer", kConverted},
    {"lr_scheduler", kConverted},
    {"gradient_checkpointing", kConverted},
    {"bf16", kConverted},
    {"gradient_accumulation_steps", kConverted},
    {"batch_size", kConverted},
    {"eval_steps", kConverted},
    {"save_steps", kConverted},
    {"evals_per_epoch", kConverted},
    {"saves_per_epoch", kConverted},
    {"auto_resume_from_checkpoints", kConverted},
    {"special_tokens", kConverted},
    {"plugins", kConverted},
    {"chat_template", kConverted},
    {"shuffle_merged_datasets", kConverted},
    {"early_stopping_patience", kConverted},
    {"kd_trainer", kConverted},
    {"max_steps", kConverted},
    {"warmup_steps", kConverted},
    // The same here.
    {"output_dir", kTaken},
    {"sequence_len", kTaken},
    {"train_on_inputs", kTaken},
    {"load_in_4bit", kTaken},
    {"load_in_8bit", kTaken},
    {"ddp_timeout", kTaken},
    {"ddp_bucket_cap_mb", kTaken},
    {"unfrozen_parameters", kTaken},
    {"lora_r", kTaken},
    {"lora_alpha", kTaken},
    {"lora_dropout", kTaken},
    {"lora_modules_to_save", kTaken},
    {"lora_model_dir", kTaken},
    {"peft_use_rslora", kTaken, "use_rslora"},
    {"peft_use_dora", kTaken, "use_dora"},
    {"peft_init_lora_weights", kTaken, "init_lora_weights"},
    {"peft_layers_to_transform", kTaken, "layers_to_transform"},
    {"peft_layers_pattern", kTaken, "layers_pattern"},
    {"loraplus_lr_ratio", kTaken},
    {"kd_temperature", kTaken},
    {"kd_alpha", kTaken},
    {"kd_ce_alpha", kTaken},
    {"kd_top_k", kTaken},
    {"kd_online_topk", kTaken, "kd_top_k"},
    {"micro_batch_size", kTaken},
    {"use_tensorboard", kTaken},
    {"num_epochs", kTaken},
    {"learning_rate", kTaken},
    {"lr_scheduler_kwargs", kTaken},
    {"warmup_ratio", kTaken},
    {"cosine_min_lr_ratio", kTaken},
    {"optim_args", kTaken},
    {"weight_decay", kTaken},
    {"adam_beta1", kTaken},
    {"adam_beta2", kTaken},
    {"adam_epsilon", kTaken},
    {"adam_eps", kTaken, "adam_epsilon"},
    {"max_grad_norm", kTaken},
    {"neftune_noise_alpha", kTaken},
    {"noisy_embedding_alpha", kTaken, "neftune_noise_alpha"},
    {"label_smoothing_factor", kTaken},
    {"save_total_limit", kTaken},
    {"logging_steps", kTaken},
    {"seed", kTaken},
    {"resume_from_checkpoint", kTaken},
    {"rl_beta", kTaken},
    {"dpo_beta", kTaken, "rl_beta"},
    {"dpo_label_smoothing", kTaken},
    {"rpo_alpha", kTaken},
    {"simpo_gamma", kTaken},
    {"cpo_alpha", kTaken},
    {"orpo_alpha", kTaken},
    {"kto_desirable_weight", kTaken},
    {"kto_undesirable_weight", kTaken},
    {"center_rewards_coefficient", kTaken},
    {"lora_layers_to_transform", kTaken, "layers_to_transform"},
    {"group_by_length", kTaken},
    {"metric_for_best_model", kTaken},
    {"greater_is_better", kTaken},
};

std::vector<KeyRule> all_keys() {
  std::vector<KeyRule> all(std::begin(kKeys), std::end(kKeys));
  for (const auto more : {axolotl_harmless_keys(), axolotl_lost_keys()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

std::span<const KeyRule> axolotl_keys() {
  static const std::vector<KeyRule> kAll = all_keys();
  return kAll;
}

}  // namespace llmops::train
