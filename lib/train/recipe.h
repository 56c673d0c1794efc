// The finetuning recipe: keys as axolotl and torchtune name them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/json.h"
#include "train/chat_data_recipe.h"
#include "train/debias_recipe.h"
#include "train/distillation_recipe.h"
#include "train/distributed_recipe.h"
#include "train/grpo_recipe.h"
#include "train/preference_recipe.h"
#include "train/pretrain_recipe.h"
#include "train/recipe_costs.h"
#include "train/validation_recipe.h"

namespace llmops::train {

struct DatasetSpec {
  std::string path;  ///< file (jsonl, json), a prepared dataset's folder, or a URI
  std::string type;  ///< "alpaca", "chat_template", "completion", "preference"; "" is guessed from the first record
  std::string split = "train";  ///< of a prepared dataset
  ChatData chat = {};           ///< how its conversations are written, and what of them is learnt
};

/// Defaults are those of a small LoRA run; "off" values are named.
struct FinetuneRecipe {
  std::string base_model;                  ///< URI or path as written; kept in adapter_config.json
  std::filesystem::path base_path;         ///< resolved by the command
  std::vector<DatasetSpec> datasets;       ///< paths resolved by the command
  std::vector<DatasetSpec> test_datasets;  ///< validation data; empty: val_set_size decides
  double val_set_size = 0.05;              ///< share held out of `datasets` (a count when above 1); 0 is off
  int sequence_len = 512;                  ///< tokens of a packed row; longer examples are cut, and counted
  bool sample_packing = true;
  bool group_by_length = false;  ///< examples of like length into a step, where rows are not packed
  bool train_on_inputs = false;
  PretrainRecipe pretrain;
  PreferenceRecipe preference;
  GrpoRecipe grpo;
  DistillationRecipe distillation;
  DebiasRecipe debias;
  std::string adapter = "lora";                  ///< or "qlora"; "none" trains the model itself
  std::vector<std::string> unfrozen_parameters;  ///< with "none": patterns of weights' names; empty: all
  bool load_in_4bit = false;                     ///< matrices of the base's layers as NF4; or
  bool load_in_8bit = false;                     ///< as int8, each row with a scale
  int lora_r = 16;
  double lora_alpha = 32;
  double lora_dropout = 0;                       ///< 0 is off
  std::vector<std::string> lora_target_modules;  ///< empty with lora_target_linear: all linear layers but the head
  bool lora_target_linear = true;
  bool use_rslora = false;
  Json peft = Json::object();  ///< other keys of adapter_config.json that the recipe gives, under PEFT's names
  std::string lora_model_dir;  ///< adapter to start from instead of a fresh one; "" is off
  int micro_batch_size = 1;    ///< packed rows (or examples) of one forward
  int gradient_accumulation_steps = 1;
  double learning_rate = 2e-4;
  std::string lr_scheduler = "cosine";        ///< a name of schedule_rows()
  Json lr_scheduler_kwargs = Json::object();  ///< its settings; what is missing has the table's value
  double warmup_ratio = 0.03;                 ///< share of the steps; ignored where warmup_steps is set
  int warmup_steps = -1;                      ///< -1: by ratio
  double cosine_min_lr_ratio = 0;
  double num_epochs = 1;
  int max_steps = -1;                     ///< -1: by epochs
  int stop_at_step = -1;                  ///< pause after it; the schedule is that of the whole run; -1: at its end
  std::int64_t max_tokens = -1;           ///< the step that reaches it is the last; -1: by steps or epochs
  int max_rollbacks = 3;                  ///< steps gone wrong that are undone; the next one ends the run
  double loss_spike_factor = 0;           ///< a loss this many times the median of the last ones is a spike; 0 is off
  double label_smoothing_factor = 0;      ///< share of the target spread over the vocabulary; 0 is off
  double neftune_noise_alpha = 0;         ///< of embedding_noise(); 0 is off
  std::string optimizer = "adamw_torch";  ///< a name of optimizer_rows()
  Json optim_args = Json::object();       ///< its settings; what is missing has the table's value
  double loraplus_lr_ratio = 1;           ///< learning rate of the matrices B over that of A; 1 is off
  double weight_decay = 0;
  double adam_beta1 = 0.9, adam_beta2 = 0.999, adam_epsilon = 1e-8;
  double max_grad_norm = 1;  ///< 0 is off
  bool gradient_checkpointing = false;
  bool bf16 = false;  ///< activations, and an adapter's base, in bfloat16; what is trained stays float32
  DistributedRecipe distributed;
  int eval_steps = 0;          ///< 0: at the end of every epoch
  bool eval_on_start = false;  ///< before the first step too
  int save_steps = 0;          ///< 0: with every validation
  int save_total_limit = 2;
  int logging_steps = 1;
  int early_stopping_patience = 0;  ///< validations without improvement; 0 is off
  ValidationRecipe validation;
  std::uint64_t seed = 42;
  std::string resume_from_checkpoint;  ///< "" off, "auto", or a checkpoint folder
  std::string output_dir;              ///< adapter folder; checkpoints lie in OUTPUT_DIR.checkpoints/
  bool use_tensorboard = false;
  std::string tensorboard_dir;  ///< "": OUTPUT_DIR.runs
  CostRecipe costs;
  int threads = 0;             ///< 0: all processors
  std::string device = "cpu";  ///< or "cuda", or "cuda:1"

  /// Where the tokenizer and its chat template are.
  const std::filesystem::path& tokenizer_path() const { return pretrain.on() ? pretrain.tokenizer_path : base_path; }
  bool trains_adapter() const { return adapter != "none"; }
  /// What lies in output_dir: "adapter" or "model".
  const char* output_kind() const { return trains_adapter() ? "adapter" : "model"; }
  /// A packed row's: room for one unit of examples of the longest kind.
  int row_tokens() const { return sequence_len * preference.examples_per_unit(); }
  /// Where event files go; "" without TensorBoard.
  std::string tensorboard_folder() const;
  Json json() const;
};

/// @param overrides  "key=value" from --set. @throws ConfigError listing every problem
FinetuneRecipe read_finetune_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides);

}  // namespace llmops::train
