// Reads a finetuning recipe and checks it, reporting every problem of the file at once.
#include "train/recipe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "config/yaml_reader.h"
#include "core/spelling.h"

namespace llmops::train {
namespace {

using config::YamlObject;

const std::vector<std::string> kAdapters = {"lora"};
const std::vector<std::string> kSchedulers = {"cosine", "linear", "constant"};
const std::vector<std::string> kOptimizers = {"adamw_torch", "adamw"};
const std::vector<std::string> kDatasetTypes = {"alpaca", "chat_template", "completion"};

std::string quoted(const std::vector<std::string>& names) { return fmt::format("'{}'", fmt::join(names, "', '")); }

void check_choice(YamlObject& object, const std::string& key, const std::string& value,
                  const std::vector<std::string>& known) {
  object.check(std::find(known.begin(), known.end(), value) != known.end(), key,
               fmt::format("is '{}'; supported: {}", value, quoted(known)), did_you_mean(value, known));
}

std::vector<DatasetSpec> read_datasets(YamlObject& root, const std::string& key) {
  std::vector<DatasetSpec> specs;
  for (YamlObject& item : root.objects(key)) {
    DatasetSpec spec;
    item.required("path", spec.path);
    item.optional("type", spec.type);
    item.optional("split", spec.split);
    if (item.has("path")) item.check(!spec.path.empty(), "path", "is empty");
    if (!spec.type.empty()) check_choice(item, "type", spec.type, kDatasetTypes);
    specs.push_back(std::move(spec));
  }
  return specs;
}

void read_model_and_data(YamlObject& root, FinetuneRecipe& recipe) {
  root.required("base_model", recipe.base_model);
  root.required("output_dir", recipe.output_dir);
  recipe.datasets = read_datasets(root, "datasets");
  recipe.test_datasets = read_datasets(root, "test_datasets");
  root.check(!recipe.datasets.empty(), "datasets", "names no data", "add\ndatasets:\n  - path: train.jsonl");
  root.optional("val_set_size", recipe.val_set_size);
  root.check(recipe.val_set_size >= 0, "val_set_size", "must not be negative", "0 holds nothing out");
  root.optional("sequence_len", recipe.sequence_len);
  root.check(recipe.sequence_len >= 2, "sequence_len", "must be at least 2 tokens");
  root.optional("sample_packing", recipe.sample_packing);
  root.optional("train_on_inputs", recipe.train_on_inputs);
}

void read_adapter(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("adapter", recipe.adapter);
  check_choice(root, "adapter", recipe.adapter, kAdapters);
  root.optional("lora_r", recipe.lora_r);
  root.check(recipe.lora_r >= 1 && recipe.lora_r <= 4096, "lora_r", "must lie between 1 and 4096");
  root.optional("lora_alpha", recipe.lora_alpha);
  root.check(recipe.lora_alpha > 0, "lora_alpha", "must be above 0");
  root.optional("lora_dropout", recipe.lora_dropout);
  root.check(recipe.lora_dropout >= 0 && recipe.lora_dropout < 1, "lora_dropout", "must lie in [0, 1)", "0 is off");
  root.optional("lora_target_modules", recipe.lora_target_modules);
  root.optional("lora_target_linear", recipe.lora_target_linear);
  root.check(recipe.lora_target_linear || !recipe.lora_target_modules.empty(), "lora_target_linear",
             "is false and 'lora_target_modules' is empty, so nothing would be trained",
             "name layers: lora_target_modules: [q_proj, v_proj]");
  root.optional("use_rslora", recipe.use_rslora);
  root.optional("lora_model_dir", recipe.lora_model_dir);
}

void read_optimization(YamlObject& root, FinetuneRecipe& recipe) {
  std::string optimizer = kOptimizers.front();  // one kind so far; the key is read so that axolotl's recipes load
  root.optional("optimizer", optimizer);
  check_choice(root, "optimizer", optimizer, kOptimizers);
  root.optional("learning_rate", recipe.learning_rate);
  root.check(recipe.learning_rate > 0 && recipe.learning_rate <= 1, "learning_rate", "must lie in (0, 1]");
  root.optional("lr_scheduler", recipe.lr_scheduler);
  check_choice(root, "lr_scheduler", recipe.lr_scheduler, kSchedulers);
  root.optional("warmup_ratio", recipe.warmup_ratio);
  root.check(recipe.warmup_ratio >= 0 && recipe.warmup_ratio <= 1, "warmup_ratio", "must lie in [0, 1]");
  root.optional("warmup_steps", recipe.warmup_steps);
  root.check(recipe.warmup_steps >= -1, "warmup_steps", "must not be negative", "-1 leaves it to 'warmup_ratio'");
  root.optional("cosine_min_lr_ratio", recipe.cosine_min_lr_ratio);
  root.check(recipe.cosine_min_lr_ratio >= 0 && recipe.cosine_min_lr_ratio <= 1, "cosine_min_lr_ratio",
             "must lie in [0, 1]");
  root.optional("weight_decay", recipe.weight_decay);
  root.check(recipe.weight_decay >= 0, "weight_decay", "must not be negative", "0 is off");
  root.optional("adam_beta1", recipe.adam_beta1);
  root.check(recipe.adam_beta1 >= 0 && recipe.adam_beta1 < 1, "adam_beta1", "must lie in [0, 1)");
  root.optional("adam_beta2", recipe.adam_beta2);
  root.check(recipe.adam_beta2 >= 0 && recipe.adam_beta2 < 1, "adam_beta2", "must lie in [0, 1)");
  root.optional("adam_epsilon", recipe.adam_epsilon);
  root.check(recipe.adam_epsilon > 0, "adam_epsilon", "must be above 0");
  root.optional("max_grad_norm", recipe.max_grad_norm);
  root.check(recipe.max_grad_norm >= 0, "max_grad_norm", "must not be negative", "0 is off");
}

void read_length(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("micro_batch_size", recipe.micro_batch_size);
  root.check(recipe.micro_batch_size >= 1, "micro_batch_size", "must be at least 1");
  root.optional("gradient_accumulation_steps", recipe.gradient_accumulation_steps);
  root.check(recipe.gradient_accumulation_steps >= 1, "gradient_accumulation_steps", "must be at least 1");
  root.optional("num_epochs", recipe.num_epochs);
  root.check(recipe.num_epochs > 0 && recipe.num_epochs <= 10000, "num_epochs", "must lie in (0, 10000]");
  root.optional("max_steps", recipe.max_steps);
  root.check(recipe.max_steps == -1 || recipe.max_steps >= 1, "max_steps", "must be at least 1",
             "-1 leaves it to 'num_epochs'");
  root.optional("gradient_checkpointing", recipe.gradient_checkpointing);
}

void read_bookkeeping(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("eval_steps", recipe.eval_steps);
  root.check(recipe.eval_steps >= 0, "eval_steps", "must not be negative", "0 validates at the end of every epoch");
  root.optional("save_steps", recipe.save_steps);
  root.check(recipe.save_steps >= 0, "save_steps", "must not be negative", "0 saves with every validation");
  root.optional("save_total_limit", recipe.save_total_limit);
  root.check(recipe.save_total_limit >= 1, "save_total_limit", "must be at least 1",
             "a run needs one checkpoint to resume from");
  root.optional("logging_steps", recipe.logging_steps);
  root.check(recipe.logging_steps >= 1, "logging_steps", "must be at least 1");
  root.optional("early_stopping_patience", recipe.early_stopping_patience);
  root.check(recipe.early_stopping_patience >= 0, "early_stopping_patience", "must not be negative", "0 is off");
  root.check(recipe.early_stopping_patience == 0 || recipe.val_set_size > 0 || !recipe.test_datasets.empty(),
             "early_stopping_patience", "needs validation data", "set 'val_set_size' or 'test_datasets'");
  root.optional("seed", recipe.seed);
  root.optional("resume_from_checkpoint", recipe.resume_from_checkpoint);
  root.optional("threads", recipe.threads);
  root.check(recipe.threads >= 0, "threads", "must not be negative", "0 takes all processors");
  root.optional("device", recipe.device);
  root.check(recipe.device == "cpu", "device", fmt::format("is '{}'; finetuning runs on 'cpu'", recipe.device));
}

}  // namespace

FinetuneRecipe read_finetune_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  config::YamlDocument document = config::YamlDocument::from_file(path, overrides);
  YamlObject root = document.root();
  FinetuneRecipe recipe;
  read_model_and_data(root, recipe);
  read_adapter(root, recipe);
  read_optimization(root, recipe);
  read_length(root, recipe);
  read_bookkeeping(root, recipe);
  document.finish();
  return recipe;
}

}  // namespace llmops::train
