// Recipes in the styles of axolotl and torchtune: what they become here, and what is told to be lost.
#include "train/import/recipe_import.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "support/catch.h"
#include "support/temporary_directory.h"
#include "train/import/import_keys.h"
#include "train/recipe_text.h"

using namespace llmops;

namespace {

train::ImportedRecipe import(const std::string& text) {
  const test::TemporaryDirectory folder;
  write_file_atomic(folder.path() / "other.yml", text);
  return train::import_recipe(folder.path() / "other.yml");
}

std::string error_of(const std::string& text) {
  try {
    import(text);
  } catch (const Error& error) {
    const std::string message = error.what();
    return message.substr(message.find("other.yml"));
  }
  return "no error";
}

/// "LINE key" of each that is lost, those that change the result with a '!'.
std::vector<std::string> lost(const train::ImportedRecipe& imported) {
  std::vector<std::string> keys;
  for (const train::LostKey& key : imported.lost) {
    keys.push_back((key.changes_result ? "!" : "") + std::to_string(key.line) + " " + key.key);
  }
  return keys;
}

std::string reason_of(const train::ImportedRecipe& imported, const std::string& key) {
  for (const train::LostKey& entry : imported.lost) {
    if (entry.key == key) return entry.reason;
  }
  return "not lost";
}

using Keys = std::vector<std::string>;

const std::string kAxolotl = R"(base_model: someone/small-model
output_dir: ./out/one
adapter: lora
lora_r: 8
lora_alpha: 16
learning_rate: 1e-4
datasets:
  - path: data/train.jsonl
    type: chat_template
)";

const std::string kTorchtune = R"(output_dir: /data/out
model:
  _component_: torchtune.models.llama3_2.lora_llama3_2_1b
  lora_attn_modules: ['q_proj', 'v_proj', 'output_proj']
  apply_lora_to_mlp: True
  lora_rank: 64
  lora_alpha: 128
tokenizer:
  _component_: torchtune.models.llama3.llama3_tokenizer
  path: /models/small/tokenizer.model
  max_seq_len: 1024
checkpointer:
  _component_: torchtune.training.FullModelHFCheckpointer
  checkpoint_dir: ${models}/small
  checkpoint_files: [model.safetensors]
  output_dir: ${output_dir}
models: /models
dataset:
  _component_: torchtune.datasets.chat_dataset
  source: json
  data_files: ${models}/chats.jsonl
  conversation_style: openai
  packed: True
batch_size: 4
epochs: 3
max_steps_per_epoch: 50
gradient_accumulation_steps: 8
clip_grad_norm: null
optimizer:
  _component_: bitsandbytes.optim.PagedAdamW8bit
  lr: 3e-4
  fused: True
lr_scheduler:
  _component_: torchtune.training.lr_schedulers.get_cosine_schedule_with_warmup
  num_warmup_steps: 20
loss:
  _component_: torchtune.modules.loss.LinearCrossEntropyLoss
enable_activation_checkpointing: True
device: cuda
)";

std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("a recipe of axolotl keeps its keys and says its defaults", "[train]") {
  const train::ImportedRecipe imported = import(kAxolotl + R"(lora_target_modules: [q_proj, v_proj]
sequence_len: 2_048
micro_batch_size: 2
train_on_inputs: no
optimizer: paged_adamw_8bit
lr_scheduler: linear
gradient_checkpointing: offload
wandb_project: mine
wandb_name:
load_in_8bit: false
relora: false
)");
  CHECK(imported.tool == "axolotl");
  const train::FinetuneRecipe recipe = train::parse_finetune_recipe(imported.yaml("other.yml"), "recipe");
  CHECK(recipe.base_model == "hf://someone/small-model");
  CHECK(recipe.datasets[0].path == "data/train.jsonl");
  CHECK(recipe.datasets[0].type == "chat_template");
  CHECK(recipe.sequence_len == 2048);
  CHECK(recipe.lora_target_modules == Keys{"q_proj", "v_proj"});
  CHECK(recipe.optimizer == "adamw_8bit");
  CHECK(recipe.lr_scheduler == "linear");
  CHECK(recipe.gradient_checkpointing);
  CHECK_FALSE(recipe.sample_packing);  // unlike here, it is off there where nothing is said
  CHECK(recipe.val_set_size == 0);
  CHECK(lost(imported) == Keys{"16 gradient_checkpointing", "17 wandb_project"});
  CHECK_FALSE(imported.result_changes());
  CHECK(imported.to_do.size() == 1);
  CHECK(imported.to_do[0].find("llmops pull hf://someone/small-model") != std::string::npos);
}

TEST_CASE("what changes the result is told apart from what does not", "[train]") {
  const train::ImportedRecipe imported = import(kAxolotl + R"(flash_attention: true
optimizer: muon
lr_scheduler: rex
chat_template: phi_3
deepspeed: zero3.json
relora: true
learning_rat: 3
warmup_ratio: fast
max_grad_norm: -1
)");
  CHECK(lost(imported) == Keys{"10 flash_attention", "!11 optimizer", "!12 lr_scheduler", "!13 chat_template",
                               "14 deepspeed", "!15 relora", "!16 learning_rat", "!17 warmup_ratio",
                               "!18 max_grad_norm"});
  CHECK(imported.result_changes());
  CHECK(reason_of(imported, "optimizer") == "'muon' is not here; 'adamw_torch' takes its place");
  CHECK(reason_of(imported, "learning_rat") == "is not known here");
  CHECK(reason_of(imported, "warmup_ratio").find("expected a number") != std::string::npos);
  CHECK(reason_of(imported, "max_grad_norm") != "not lost");
  const std::string notes = imported.notes("other.yml");
  CHECK(notes.find("result will differ:\n  other.yml:11: 'optimizer'") != std::string::npos);
  CHECK(notes.find("without effect on the result:\n  other.yml:10: 'flash_attention'") != std::string::npos);
}

TEST_CASE("values of axolotl that need more than a copy", "[train]") {
  const auto value = [](const std::string& line, const std::string& key) {
    const Json recipe = import(kAxolotl + line + "\n").recipe;
    return recipe.contains(key) ? recipe[key] : Json("absent");
  };
  CHECK(value("warmup_steps: 0.1", "warmup_ratio") == 0.1);
  CHECK(value("warmup_steps: 10", "warmup_steps") == 10);
  CHECK(value("micro_batch_size: 2\nbatch_size: 8", "gradient_accumulation_steps") == 4);
  CHECK(value("evals_per_epoch: 4", "eval_steps") == "absent");
  CHECK(value("eval_steps: 0.1", "eval_steps") == "absent");
  CHECK(value("max_steps: -1", "max_steps") == "absent");
  CHECK(value("auto_resume_from_checkpoints: true", "resume_from_checkpoint") == "auto");
  CHECK(value("noisy_embedding_alpha: 5", "neftune_noise_alpha") == 5);
  CHECK(value("peft_use_rslora: true", "use_rslora") == true);
  CHECK(value("revision_of_model: abc", "base_model") == "hf://someone/small-model@abc");
  CHECK(value("lora_target_modules: 'layers.[0-9]+.q_proj'", "lora_target_modules") == "layers.[0-9]+.q_proj");
  CHECK(value("lora_target_linear: true\nlora_target_modules: [q_proj]", "lora_target_modules") == "absent");
  CHECK(reason_of(import(kAxolotl + "lora_target_linear: true\nlora_target_modules: [embed_tokens]\n"),
                  "lora_target_modules")
            .find("only one of both counts") != std::string::npos);
  const train::ImportedRecipe whole = import(with(kAxolotl, "adapter: lora\n", "unfrozen_parameters: ['lm_head.*']\n"));
  CHECK(whole.recipe["adapter"] == "none");
  CHECK(whole.recipe["unfrozen_parameters"] == Json::array({"lm_head.*"}));
}

TEST_CASE("data sets of axolotl", "[train]") {
  const auto import_data = [](const std::string& item, const std::string& more = "") {
    return import(kAxolotl.substr(0, kAxolotl.find("datasets:")) + "datasets:\n  - " + item + "\n" + more);
  };
  const auto data = [&](const std::string& item, const std::string& more = "") {
    return import_data(item, more).recipe["datasets"][0];
  };
  CHECK(data("path: a.jsonl\n    type: alpaca_chat.load_qa") == Json{{"path", "a.jsonl"}, {"type", "alpaca"}});
  CHECK(data("path: json\n    data_files: x.json\n    ds_type: json\n    type: sharegpt") ==
        Json{{"path", "x.json"}, {"type", "chat_template"}});
  CHECK(data("path: d\n    split: test\n    type: completion") ==
        Json{{"path", "d"}, {"type", "completion"}, {"split", "test"}});
  CHECK(data("path: p.jsonl\n    type: chatml.intel", "rl: dpo\n")["type"] == "preference");
  CHECK(data("path: p.jsonl\n    type: alpaca", "rl: grpo\n")["type"] == "alpaca");
  CHECK(lost(import_data("path: a.jsonl\n    type: {field_instruction: q}")) == Keys{"!9 datasets[0].type"});
  CHECK(lost(import_data("path: a.jsonl\n    split: train[:10%]\n    field_messages: turns\n    name: sub")) ==
        Keys{"!9 datasets[0].split", "11 datasets[0].name"});
  CHECK(data("path: a.jsonl\n    field_messages: turns\n    roles_to_train: []\n    train_on_eos: last\n"
             "    message_property_mappings: {role: from, content: value}\n    roles: {assistant: [model]}\n"
             "    message_field_training: train") ==
        Json{{"path", "a.jsonl"},
             {"field_messages", "turns"},
             {"message_property_mappings", {{"role", "from"}, {"content", "value"}}},
             {"roles", {{"assistant", {"model"}}}},
             {"roles_to_train", Json::array()},
             {"train_on_eos", "last"},
             {"message_field_training", "train"}});
  CHECK(lost(import_data("path: a.jsonl\n    type: completion\n    roles_to_train: [user]")) ==
        Keys{"!10 datasets[0].roles_to_train"});
  CHECK(import_data("path: owner/set").to_do.size() == 2);
}

TEST_CASE("axolotl's reward models", "[train]") {
  const std::string recipe = kAxolotl.substr(0, kAxolotl.find("datasets:")) +
                             "datasets:\n  - path: p.jsonl\n    type: bradley_terry.chat_template\n";
  const std::string type = "model_type: AutoModelForSequenceClassification\n";
  for (const std::string& said : {std::string("reward_model: true\n"), type + "num_labels: 1\n",
                                  "reward_model: true\n" + type + "num_labels: 1\n"}) {
    INFO(said);
    const train::ImportedRecipe imported = import(recipe + said + "center_rewards_coefficient: 0.01\n");
    CHECK(lost(imported).empty());
    const train::FinetuneRecipe read = train::parse_finetune_recipe(imported.yaml("other.yml"), "recipe");
    CHECK(read.preference.reward_model);
    CHECK(read.preference.center_rewards_coefficient == 0.01);
    CHECK(read.datasets[0].type == "preference");
  }
  CHECK(lost(import(recipe + type + "num_labels: 3\nrl: dpo\n")) == Keys{"!10 model_type", "!11 num_labels"});
  CHECK_FALSE(import(recipe + type + "rl: dpo\n").recipe.contains("reward_model"));
  CHECK(lost(import(recipe + "model_type: LlamaForCausalLM\nrl: dpo\n")) == Keys{"10 model_type"});
}

TEST_CASE("a configuration of torchtune becomes a recipe", "[train]") {
  const train::ImportedRecipe imported = import(kTorchtune);
  CHECK(imported.tool == "torchtune");
  const train::FinetuneRecipe recipe = train::parse_finetune_recipe(imported.yaml("other.yml"), "recipe");
  CHECK(recipe.base_model == "/models/small");
  CHECK(recipe.output_dir == "/data/out");
  CHECK(recipe.datasets[0].path == "/models/chats.jsonl");
  CHECK(recipe.datasets[0].type == "chat_template");
  CHECK(recipe.adapter == "lora");
  CHECK(recipe.lora_r == 64);
  CHECK(recipe.lora_alpha == 128);
  CHECK(recipe.lora_target_modules == Keys{"q_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"});
  CHECK(recipe.sequence_len == 1024);
  CHECK(recipe.sample_packing);
  CHECK_FALSE(recipe.train_on_inputs);
  CHECK(recipe.micro_batch_size == 4);
  CHECK(recipe.num_epochs == 3);
  CHECK(recipe.max_steps == 150);
  CHECK(recipe.max_grad_norm == 0);  // null is no clipping there
  CHECK(recipe.optimizer == "adamw_8bit");
  CHECK(recipe.learning_rate == 3e-4);
  CHECK(recipe.lr_scheduler == "cosine");
  CHECK(recipe.warmup_steps == 20);
  CHECK(recipe.gradient_checkpointing);
  CHECK(recipe.val_set_size == 0);
  CHECK(lost(imported) == Keys{"9 tokenizer", "13 checkpointer", "!17 models", "22 dataset.conversation_style",
                               "32 optimizer.fused", "39 device"});
}

TEST_CASE("components of torchtune", "[train]") {
  const auto recipe = [](const std::string& from, const std::string& to) {
    return import(with(kTorchtune, from, to)).recipe;
  };
  const std::string loss = "torchtune.modules.loss.LinearCrossEntropyLoss";
  const std::string data = "torchtune.datasets.chat_dataset\n  source: json\n  data_files: ${models}/chats.jsonl\n";
  CHECK(recipe("lora_llama3_2_1b", "qlora_llama3_2_1b")["adapter"] == "qlora");
  CHECK(recipe("lora_rank: 64", "quantize_base: True")["lora_r"] == 8);
  CHECK(recipe("lora_alpha: 128", "apply_lora_to_output: True")["lora_target_modules"].back() == "lm_head");
  CHECK(recipe("clip_grad_norm: null", "clip_grad_norm: 0.5")["max_grad_norm"] == 0.5);
  CHECK(recipe("bitsandbytes.optim.PagedAdamW8bit", "torch.optim.AdamW")["weight_decay"] == 0.01);
  CHECK(recipe("  fused: True", "  betas: [0.8, 0.95]")["adam_beta2"] == 0.95);
  const Json dpo = recipe(loss, "torchtune.rlhf.loss.DPOLoss\n  beta: 0.05\n  label_smoothing: 0.1");
  CHECK(dpo["rl"] == "dpo");
  CHECK(dpo["rl_beta"] == 0.05);
  CHECK(dpo["dpo_label_smoothing"] == 0.1);
  CHECK(dpo["datasets"][0]["type"] == "preference");
  const Json alpaca = recipe(data, "torchtune.datasets.alpaca_dataset\n");
  CHECK(alpaca["datasets"][0] == Json{{"path", "tatsu-lab/alpaca"}, {"type", "alpaca"}});
  CHECK(alpaca["train_on_inputs"] == true);
  const Json held_out = recipe("batch_size: 4",
                               "batch_size: 4\ndataset_val:\n  _component_: torchtune.datasets.chat_dataset\n  source: "
                               "json\n  data_files: ${models}/chats.jsonl\n  split: train[90%:]");
  CHECK(held_out["test_datasets"][0]["path"] == "/models/chats.jsonl");
  const Json kd = recipe("device: cuda",
                         "teacher_checkpointer:\n  checkpoint_dir: ${models}/large\nkd_ratio: 0.25\nkd_loss:\n  "
                         "_component_: torchtune.modules.loss.ForwardKLWithChunkedOutputLoss");
  CHECK(kd["teacher_model"] == "/models/large");
  CHECK(kd["kd_alpha"] == 0.25);
  CHECK(kd["kd_ce_alpha"] == 0.75);
  CHECK(recipe("lora_llama3_2_1b", "llama3_2_1b")["adapter"] == "none");
  CHECK(reason_of(import(with(kTorchtune, loss, "torchtune.dev.grpo.loss.GRPOLoss")), "loss._component_") ==
        "'GRPOLoss' is not here");
  CHECK(recipe("max_seq_len: 1024", "max_seq_len: null")["sequence_len"] == 2048);
}

TEST_CASE("the rest of a split is a share that is held out", "[train]") {
  std::string text = with(kTorchtune, "  packed: True\n", "  split: train[:95%]\n");
  text +=
      "dataset_val:\n  _component_: torchtune.datasets.chat_dataset\n  source: json\n  data_files: "
      "${models}/chats.jsonl\n  split: train[95%:]\n";
  const train::ImportedRecipe imported = import(text);
  CHECK(imported.recipe["val_set_size"].get<double>() == Approx(0.05));
  CHECK_FALSE(imported.recipe.contains("test_datasets"));
  CHECK(reason_of(import(with(kTorchtune, "  packed: True\n", "  split: train[:95%]\n")), "dataset.split")
            .find("the whole dataset") != std::string::npos);
}

TEST_CASE("files that are no recipe for training are refused", "[train]") {
  CHECK(error_of("a: 1\n").find("other.yml: neither a recipe of axolotl nor one of torchtune") == 0);
  CHECK(error_of("[1, 2]\n").find("other.yml: not a mapping") == 0);
  CHECK(error_of("a: [1\n").find("other.yml:") == 0);
  CHECK(error_of("model:\n  _component_: torchtune.models.llama2.llama2_7b\n").find("not for finetuning") !=
        std::string::npos);
  CHECK(
      error_of(with(kAxolotl, "base_model: someone/small-model\n", "base_model:\n")).find("'base_model' is missing") !=
      std::string::npos);
}

TEST_CASE("no key has two rules", "[train]") {
  for (const auto rules : {train::axolotl_keys(), train::torchtune_keys()}) {
    for (const train::KeyRule& rule : rules) {
      CAPTURE(rule.key);
      CHECK(std::count_if(rules.begin(), rules.end(),
                          [&](const train::KeyRule& other) { return std::string_view(other.key) == rule.key; }) == 1);
      const bool silent = rule.fate == train::KeyFate::kConverted || rule.fate == train::KeyFate::kTaken;
      CHECK((rule.text != nullptr || silent));
    }
  }
}

TEST_CASE("a recipe's keys come back from its text", "[train]") {
  const Json keys = {{"base_model", "models:/x/1"},
                     {"output_dir", "out dir: #1"},
                     {"datasets", {{{"path", "true"}, {"type", "completion"}}, {{"path", "-a.jsonl"}}}},
                     {"lora_target_modules", ".*\\.(q|v)_proj"},
                     {"rank_pattern", {{"layers.0", 4}, {"a: b", 2}}},
                     {"learning_rate", 1e-05},
                     {"val_set_size", 0.05}};
  const std::string text = train::recipe_yaml(keys);
  CHECK(text.find("base_model: models:/x/1\ndatasets:\n  - path: \"true\"\n    type: completion\n") == 0);
  const train::FinetuneRecipe recipe = train::parse_finetune_recipe(text, "recipe");
  CHECK(recipe.output_dir == "out dir: #1");
  CHECK(recipe.datasets[1].path == "-a.jsonl");
  CHECK(recipe.peft["target_modules"] == ".*\\.(q|v)_proj");
  CHECK(recipe.peft["rank_pattern"] == keys["rank_pattern"]);
  CHECK(recipe.learning_rate == 1e-5);
}

TEST_CASE("axolotl's offline distillation asks for the teacher that its data left out", "[train]") {
  const train::ImportedRecipe imported =
      import(kAxolotl + "plugins: [axolotl.integrations.kd.KDPlugin]\nkd_trainer: true\nkd_alpha: 0.9\n" +
             "kd_ce_alpha: 0.1\nkd_temperature: 2\nkd_online_topk: 128\n");
  CHECK(imported.recipe["kd_alpha"] == 0.9);
  CHECK(imported.recipe["kd_ce_alpha"] == 0.1);
  CHECK(imported.recipe["kd_temperature"] == 2);
  CHECK(imported.recipe["kd_top_k"] == 128);
  CHECK(imported.recipe.contains("teacher_model"));
  CHECK_FALSE(imported.result_changes());
  CHECK(std::any_of(imported.to_do.begin(), imported.to_do.end(),
                    [](const std::string& step) { return step.find("teacher_model") != std::string::npos; }));
  CHECK(import(kAxolotl + "kd_trainer: true\n").recipe["kd_top_k"] == 64);
  CHECK_FALSE(import(kAxolotl + "kd_trainer: false\n").recipe.contains("teacher_model"));
}

TEST_CASE("what chooses the best checkpoint, and what is learnt, comes along", "[train]") {
  const Json recipe =
      import(kAxolotl + "group_by_length: true\nmetric_for_best_model: eval_loss\ngreater_is_better: false\n").recipe;
  CHECK(recipe["group_by_length"] == true);
  CHECK(recipe["metric_for_best_model"] == "eval_loss");
  CHECK(reason_of(import(kAxolotl + "metric_for_best_model: eval_f1\n"), "metric_for_best_model") ==
        "'metric_for_best_model' is 'f1'; validation measures loss");
  const auto masked = [](const std::string& strategy) {
    return import(with(kTorchtune, "packed: True", "packed: True\n  masking_strategy: " + strategy));
  };
  CHECK(masked("train_on_all").recipe["train_on_inputs"] == true);
  CHECK_FALSE(masked("train_on_assistant").recipe.contains("train_on_inputs"));
  CHECK(reason_of(masked("train_on_last"), "dataset.masking_strategy") == "is 'train_on_last'; all answers are learnt");
}
