// Reads a finetuning recipe and checks it, reporting every problem of the file at once.
#include "train/recipe.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/yaml_reader.h"
#include "ops/isa.h"
#include "train/keyword_arguments.h"
#include "train/recipe_adapter.h"
#include "train/recipe_optimization.h"
#include "train/recipe_text.h"

namespace llmops::train {
namespace {

using config::YamlObject;

const std::vector<std::string> kAdapters = {"lora", "qlora", "none"};
const std::vector<std::string> kDatasetTypes = {"alpaca", "chat_template", "completion", "preference"};

std::vector<DatasetSpec> read_datasets(YamlObject& root, const std::string& key) {
  std::vector<DatasetSpec> specs;
  for (YamlObject& item : root.objects(key)) {
    DatasetSpec spec;
    item.required("path", spec.path);
    item.optional("type", spec.type);
    item.optional("split", spec.split);
    spec.chat = read_chat_data(item);
    const bool of_chat = spec.type != "completion" && spec.type != "preference";
    const Json for_chat = of_chat ? Json::object() : spec.chat.json();
    for (const auto& [name, unused] : for_chat.items()) {
      item.check(false, item.has(name) ? name : "type", fmt::format("does not go with 'type: {}'", spec.type));
    }
    if (item.has("path")) item.check(!spec.path.empty(), "path", "is empty");
    if (!spec.type.empty()) check_choice(item, "type", spec.type, kDatasetTypes);
    specs.push_back(std::move(spec));
  }
  return specs;
}

void read_model_and_data(YamlObject& root, FinetuneRecipe& recipe) {
  recipe.pretrain = read_pretrain(root);
  if (recipe.pretrain.on()) {
    recipe.adapter = "none";
  } else {
    root.required("base_model", recipe.base_model);
  }
  root.required("output_dir", recipe.output_dir);
  recipe.datasets = read_datasets(root, "datasets");
  recipe.test_datasets = read_datasets(root, "test_datasets");
  root.check(!recipe.datasets.empty(), "datasets", "names no data", "add\ndatasets:\n  - path: train.jsonl");
  root.optional("val_set_size", recipe.val_set_size);
  root.check(recipe.val_set_size >= 0, "val_set_size", "must not be negative", "0 holds nothing out");
  root.optional("sequence_len", recipe.sequence_len);
  root.check(recipe.sequence_len >= 2, "sequence_len", "must be at least 2 tokens");
  root.optional("train_on_inputs", recipe.train_on_inputs);
}

void read_debiasing(YamlObject& root, FinetuneRecipe& recipe) {
  recipe.debias = read_debias(root);
  const std::string other = recipe.preference.on() ? recipe.preference.key() : "teacher_model";
  root.check(!recipe.debias.on() || (!recipe.preference.on() && !recipe.distillation.on()), "debias",
             fmt::format("does not go with '{}'", other),
             "debias while learning answers as they are, and go on from that adapter");
  root.check(!recipe.debias.on() || recipe.val_set_size > 0 || !recipe.test_datasets.empty(), "debias",
             "needs validation data, which tells what can still be read", "set 'val_set_size' or 'test_datasets'");
}

void read_objective(YamlObject& root, FinetuneRecipe& recipe) {
  recipe.preference = read_preference(root);
  recipe.grpo = read_grpo(root, recipe.preference.rl == "grpo");
  if (recipe.grpo.on()) recipe.sample_packing = false;  // a row of prompts would be many rows of answers
  root.optional("sample_packing", recipe.sample_packing);
  root.optional("group_by_length", recipe.group_by_length);
  recipe.distillation = read_distillation(root);
  read_debiasing(root, recipe);
  const bool on = recipe.preference.on(), compares = recipe.preference.compares_data();
  const std::string key = recipe.preference.key();
  root.check(!on || !recipe.distillation.on(), "teacher_model", fmt::format("does not go with '{}'", key));
  root.check(!on || !recipe.train_on_inputs, "train_on_inputs",
             fmt::format("does not go with '{}': answers alone are compared", key));
  root.check(!recipe.preference.reward_model || !recipe.pretrain.on(), key,
             "does not go with 'base_model_config': a model that has read nothing cannot judge");
  for (const auto* specs : {&recipe.datasets, &recipe.test_datasets}) {
    for (const DatasetSpec& spec : *specs) {
      root.check(spec.type.empty() || compares == (spec.type == "preference"), "datasets",
                 compares ? fmt::format("type '{}' does not go with '{}'", spec.type, key)
                          : "type 'preference' needs an objective that compares answers",
                 compares ? "leave it out, or say preference" : "add rl: dpo, or reward_model: true");
    }
  }
}

void read_adapter(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("adapter", recipe.adapter);
  check_choice(root, "adapter", recipe.adapter, kAdapters);
  root.check(!recipe.pretrain.on() || !recipe.trains_adapter(), "adapter",
             "does not go with 'base_model_config': a fresh model is trained whole");
  root.check(!recipe.grpo.on() || recipe.trains_adapter(), "adapter", "is 'none', but 'rl: grpo' needs an adapter",
             "answers are drawn from the base model with the adapter on it");
  read_base_format(root, recipe);
  root.optional("unfrozen_parameters", recipe.unfrozen_parameters);
  const bool whole = !recipe.trains_adapter();
  root.check(whole || recipe.unfrozen_parameters.empty(), "unfrozen_parameters", "goes with 'adapter: none' only");
  root.check(!whole || (!recipe.load_in_4bit && !recipe.load_in_8bit),
             recipe.load_in_4bit ? "load_in_4bit" : "load_in_8bit",
             "does not go with 'adapter: none': weights of few bits cannot be trained");
  root.optional("lora_r", recipe.lora_r);
  root.check(recipe.lora_r >= 1 && recipe.lora_r <= 4096, "lora_r", "must lie between 1 and 4096");
  root.optional("lora_alpha", recipe.lora_alpha);
  root.check(recipe.lora_alpha > 0, "lora_alpha", "must be above 0");
  root.optional("lora_dropout", recipe.lora_dropout);
  root.check(recipe.lora_dropout >= 0 && recipe.lora_dropout < 1, "lora_dropout", "must lie in [0, 1)", "0 is off");
  read_peft_options(root, recipe);
  root.optional("lora_target_linear", recipe.lora_target_linear);
  root.check(recipe.lora_target_linear || !recipe.lora_target_modules.empty() || recipe.peft.contains("target_modules"),
             "lora_target_linear", "is false and 'lora_target_modules' is empty, so nothing would be trained",
             "name layers: lora_target_modules: [q_proj, v_proj]");
  root.optional("use_rslora", recipe.use_rslora);
  root.optional("lora_model_dir", recipe.lora_model_dir);
  root.check(!whole || recipe.lora_model_dir.empty(), "lora_model_dir", "does not go with 'adapter: none'",
             "merge the adapter first: llmops merge");
}

bool is_device(const std::string& name) {
  if (name == "cpu" || name == "cuda") return true;
  const std::string index = name.starts_with("cuda:") ? name.substr(5) : "";
  const bool number = std::all_of(index.begin(), index.end(), [](char c) { return c >= '0' && c <= '9'; });
  return number && (index == "0" || (!index.empty() && index.size() <= 2 && index[0] != '0'));
}

void read_device(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("device", recipe.device);
  root.check(is_device(recipe.device), "device", fmt::format("is '{}'", recipe.device),
             "known are cpu, cuda and cuda:1");
  root.optional("threads", recipe.threads);
  root.check(recipe.threads >= 0, "threads", "must not be negative", "0 takes all processors");
  if (!root.has("bf16")) return;
  const bool able = recipe.device != "cpu" || ops::chosen_isa() >= ops::Isa::kAvx512Bf16;
  const Json wish = root.json("bf16");
  recipe.bf16 = wish == true || (wish == "auto" && able);
  root.check(wish.is_boolean() || wish == "auto", "bf16", "must be true, false or auto");
  root.check(
      !recipe.bf16 || able, "bf16", "needs a processor that multiplies bfloat16",
      fmt::format("this one's kernels are '{}'; 'bf16: auto' takes it where it is fast", isa_name(ops::chosen_isa())));
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
  root.optional("stop_at_step", recipe.stop_at_step);
  root.check(recipe.stop_at_step == -1 || recipe.stop_at_step >= 1, "stop_at_step", "must be at least 1",
             "-1 goes on to the end of the run");
  root.optional("max_tokens", recipe.max_tokens);
  root.check(recipe.max_tokens == -1 || recipe.max_tokens >= 1, "max_tokens", "must be at least 1",
             "-1 leaves it to 'max_steps' or 'num_epochs'");
  root.optional("gradient_checkpointing", recipe.gradient_checkpointing);
  read_device(root, recipe);
  recipe.distributed = read_distributed(root);
}

void read_loss(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("label_smoothing_factor", recipe.label_smoothing_factor);
  root.check(recipe.label_smoothing_factor >= 0 && recipe.label_smoothing_factor < 1, "label_smoothing_factor",
             "must lie in [0, 1)", "0 is off");
  root.optional("neftune_noise_alpha", recipe.neftune_noise_alpha);
  root.check(recipe.neftune_noise_alpha >= 0, "neftune_noise_alpha", "must not be negative", "0 is off; 5 is usual");
  const auto only_supervised = [&](const char* key, double value) {
    root.check(value == 0 || (!recipe.preference.on() && !recipe.distillation.on()), key,
               "goes with supervised training only, not with 'rl', 'reward_model' or 'teacher_model'");
  };
  only_supervised("label_smoothing_factor", recipe.label_smoothing_factor);
  only_supervised("neftune_noise_alpha", recipe.neftune_noise_alpha);
  // What is gone back to is as large as all that is trained and its moments: too much to take unasked for a whole
  // model.
  if (!recipe.trains_adapter()) recipe.max_rollbacks = 0;
  root.optional("max_rollbacks", recipe.max_rollbacks);
  root.check(recipe.max_rollbacks >= 0, "max_rollbacks", "must not be negative",
             "0 ends the run at the first step that goes wrong");
  root.optional("loss_spike_factor", recipe.loss_spike_factor);
  root.check(recipe.loss_spike_factor == 0 || recipe.loss_spike_factor > 1, "loss_spike_factor", "must be above 1",
             "0 is off; 3 is usual");
}

bool lies_in(const std::filesystem::path& path, const std::filesystem::path& folder) {
  using std::filesystem::absolute;
  const auto way = absolute(path).lexically_normal().lexically_relative(absolute(folder).lexically_normal());
  return !way.empty() && *way.begin() != "..";
}

void read_tensorboard(YamlObject& root, FinetuneRecipe& recipe) {
  recipe.use_tensorboard = root.has("tensorboard_dir");
  root.optional("use_tensorboard", recipe.use_tensorboard);
  root.optional("tensorboard_dir", recipe.tensorboard_dir);
  root.check(recipe.tensorboard_dir.empty() || recipe.output_dir.empty() ||
                 !lies_in(recipe.tensorboard_dir, recipe.output_dir),
             "tensorboard_dir", "lies in 'output_dir', which is written anew at the end of the run",
             fmt::format("leave it out: events then go to '{}.runs'", recipe.output_dir));
}

void read_bookkeeping(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("eval_steps", recipe.eval_steps);
  root.check(recipe.eval_steps >= 0, "eval_steps", "must not be negative", "0 validates at the end of every epoch");
  root.optional("eval_on_start", recipe.eval_on_start);
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
  root.check(recipe.early_stopping_patience == 0 || !recipe.debias.on(), "early_stopping_patience",
             "does not go with 'debias': the model changes as long as its adversary learns",
             "'max_steps' or 'num_epochs' end the run");
  recipe.validation = read_validation(root, recipe);
  root.optional("seed", recipe.seed);
  root.optional("resume_from_checkpoint", recipe.resume_from_checkpoint);
  read_tensorboard(root, recipe);
  recipe.costs = read_costs(root);
}

FinetuneRecipe read(config::YamlDocument document) {
  YamlObject root = document.root();
  FinetuneRecipe recipe;
  read_model_and_data(root, recipe);
  read_objective(root, recipe);
  read_adapter(root, recipe);
  read_optimization(root, recipe);
  read_length(root, recipe);
  read_loss(root, recipe);
  read_bookkeeping(root, recipe);
  document.finish();
  return recipe;
}

}  // namespace

std::string FinetuneRecipe::tensorboard_folder() const {
  if (!use_tensorboard) return "";
  return tensorboard_dir.empty() ? output_dir + ".runs" : tensorboard_dir;
}

FinetuneRecipe read_finetune_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  return read(config::YamlDocument::from_file(path, overrides));
}

FinetuneRecipe parse_finetune_recipe(std::string_view text, const std::string& origin) {
  return read(config::YamlDocument::from_text(text, origin));
}

}  // namespace llmops::train
