// A resolved recipe as JSON: what a run records and what a checkpoint compares.
#include "train/recipe.h"

namespace llmops::train {
namespace {

Json datasets_json(const std::vector<DatasetSpec>& specs) {
  Json list = Json::array();
  for (const DatasetSpec& spec : specs) {
    Json item = {{"path", spec.path}};
    if (!spec.type.empty()) item["type"] = spec.type;
    item["split"] = spec.split;
    item.update(spec.chat.json());
    list.push_back(std::move(item));
  }
  return list;
}

}  // namespace

Json FinetuneRecipe::json() const {
  Json json = {{"base_model", base_model},
               {"datasets", datasets_json(datasets)},
               {"test_datasets", datasets_json(test_datasets)},
               {"val_set_size", val_set_size},
               {"sequence_len", sequence_len},
               {"sample_packing", sample_packing},
               {"group_by_length", group_by_length},
               {"train_on_inputs", train_on_inputs},
               {"adapter", adapter},
               {"unfrozen_parameters", unfrozen_parameters},
               {"load_in_4bit", load_in_4bit},
               {"load_in_8bit", load_in_8bit},
               {"lora_r", lora_r},
               {"lora_alpha", lora_alpha},
               {"lora_dropout", lora_dropout},
               {"lora_target_modules", lora_target_modules},
               {"lora_target_linear", lora_target_linear},
               {"use_rslora", use_rslora},
               {"peft", peft},
               {"lora_model_dir", lora_model_dir},
               {"micro_batch_size", micro_batch_size},
               {"gradient_accumulation_steps", gradient_accumulation_steps},
               {"learning_rate", learning_rate},
               {"lr_scheduler", lr_scheduler},
               {"lr_scheduler_kwargs", lr_scheduler_kwargs},
               {"warmup_ratio", warmup_ratio},
               {"warmup_steps", warmup_steps},
               {"cosine_min_lr_ratio", cosine_min_lr_ratio},
               {"num_epochs", num_epochs},
               {"max_steps", max_steps},
               {"stop_at_step", stop_at_step},
               {"max_tokens", max_tokens},
               {"max_rollbacks", max_rollbacks},
               {"loss_spike_factor", loss_spike_factor},
               {"label_smoothing_factor", label_smoothing_factor},
               {"neftune_noise_alpha", neftune_noise_alpha}};
  json.update(pretrain.json());
  json.update(preference.json());
  json.update(grpo.json());
  json.update(distillation.json());
  json.update(debias.json());
  json.update(distributed.json());
  json.update(Json{{"optimizer", optimizer},
                   {"optim_args", optim_args},
                   {"loraplus_lr_ratio", loraplus_lr_ratio},
                   {"weight_decay", weight_decay},
                   {"adam_beta1", adam_beta1},
                   {"adam_beta2", adam_beta2},
                   {"adam_epsilon", adam_epsilon},
                   {"max_grad_norm", max_grad_norm},
                   {"gradient_checkpointing", gradient_checkpointing},
                   {"bf16", bf16},
                   {"eval_steps", eval_steps},
                   {"eval_on_start", eval_on_start},
                   {"save_steps", save_steps},
                   {"save_total_limit", save_total_limit},
                   {"logging_steps", logging_steps},
                   {"early_stopping_patience", early_stopping_patience},
                   {"seed", seed},
                   {"resume_from_checkpoint", resume_from_checkpoint},
                   {"output_dir", output_dir},
                   {"use_tensorboard", use_tensorboard},
                   {"tensorboard_dir", tensorboard_dir},
                   {"threads", threads},
                   {"device", device}});
  json.update(validation.json());
  json.update(costs.json());
  return json;
}

}  // namespace llmops::train
