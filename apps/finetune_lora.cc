// `llmops finetune-lora` and `llmops pretrain`: a recipe and data in, an adapter or a model out, the run recorded.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/finetune_inputs.h"
#include "apps/finetune_tasks.h"
#include "apps/model_output.h"
#include "apps/run_views.h"
#include "core/log.h"
#include "core/terminal.h"
#include "core/units.h"
#include "ml/ml_table.h"
#include "train/finetune_preview.h"
#include "train/step_record.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops finetune-lora recipes/finetune-lora.yaml
  llmops finetune-lora triage.yaml --set learning_rate=5e-4 --set lora_r=8 --name triage
  llmops finetune-lora triage.yaml --dry-run           steps, tokens, memory and two samples with their mask
  llmops finetune-lora triage.yaml --resume            go on from the newest checkpoint
  llmops finetune-lora triage.yaml --log-json steps.jsonl --json
  llmops finetune-lora triage.yaml --plot --html run.html   the loss drawn, and all curves on a page
  llmops finetune-lora recipes/dpo.yaml                learn from answers that were compared: rl: dpo
  llmops finetune-lora recipes/reward.yaml             learn to judge answers: reward_model: true
  llmops finetune-lora recipes/grpo.yaml               learn from rewards for the model's own answers: rl: grpo
  torchrun --no-python --nproc-per-node 2 llmops finetune-lora triage.yaml    two processes, one model

Ctrl-C saves a checkpoint first. Values: defaults < recipe < LLMOPS_LEARNING_RATE and the like < --set.)";

constexpr const char* kPretrainFooter = R"(Examples:
  llmops tokenizer train corpus.jsonl --vocab-size 8000 --output tokenizer
  llmops pretrain recipes/pretrain.yaml --dry-run      steps, tokens, memory and time
  llmops pretrain recipes/pretrain.yaml --name small
  llmops pretrain recipes/pretrain.yaml --resume       go on from the newest checkpoint

The recipe gives 'base_model_config' and 'tokenizer_config' where one of finetune-lora gives 'base_model'. To go on with a
model that exists on more text, use finetune-lora with completion data.)";

struct Options {
  std::string recipe, log_json, name;
  std::vector<std::string> overrides;
  bool resume = false;
  RunViews views;
};

train::FinetuneRecipe read_recipe(const Options& options, const Context& context) {
  std::vector<std::string> overrides = options.overrides;
  if (context.device) overrides.insert(overrides.begin(), "device=" + *context.device);
  train::FinetuneRecipe recipe = train::read_finetune_recipe(options.recipe, overrides);
  if (options.resume) recipe.resume_from_checkpoint = "auto";
  if (context.threads > 0) recipe.threads = context.threads;
  if (context.seed) recipe.seed = *context.seed;
  return recipe;
}

std::string memory_text(const train::FinetuneReport& report) {
  const std::string here = format_bytes(report.peak_rss_bytes);
  return report.peak_device_bytes == 0 ? here : here + ", " + format_bytes(report.peak_device_bytes) + " on the device";
}

std::string summary(const train::FinetuneReport& report, const train::Bill& bill, const std::string& run_id) {
  std::string text = fmt::format("{:<15}{}\nrun            {}\nsteps          {} (best {})\n", report.output_kind,
                                 report.output, run_id, report.steps, report.best_step);
  text += fmt::format("loss           {:.4f} -> {:.4f}\n", report.loss_first, report.loss_last);
  if (report.val_loss_best) {
    text += fmt::format("validation     {:.4f} -> {:.4f}\n", *report.val_loss_first, *report.val_loss_best);
  }
  if (report.best_metric && report.metric_for_best_model != "loss") {
    text += fmt::format("best           {:.4f} ({})\n", *report.best_metric, report.metric_for_best_model);
  }
  std::size_t width = 13;
  for (const auto& [name, unused] : report.val_measures_best) width = std::max(width, name.size() + 2);
  for (const auto& [name, best] : report.val_measures_best) {
    for (const auto& [same, first] : report.val_measures_first) {
      if (same == name) text += fmt::format("  {:<{}}{:.4f} -> {:.4f}\n", name, width, first, best);
    }
  }
  if (report.probe_before && report.probe_after) {
    text += fmt::format("probe          {:.4f} -> {:.4f} of examples told, {:.4f} by always saying the commonest\n",
                        report.probe_before->accuracy, report.probe_after->accuracy, report.probe_after->majority);
  }
  if (!report.rollbacks.empty()) {
    text += fmt::format("rollbacks      {} (the last at step {}: {})\n", report.rollbacks.size(),
                        report.rollbacks.back().step, report.rollbacks.back().reason);
  }
  return text +
         fmt::format("tokens         {} ({} supervised), {:.0f} tokens/s\nmemory         {}\ntime           {}\n",
                     format_count(static_cast<std::uint64_t>(report.tokens)),
                     format_count(static_cast<std::uint64_t>(report.supervised_tokens)), report.tok_s,
                     memory_text(report), format_duration(report.wall_s)) +
         bill.text();
}

/// A rank of a job that is not the first: it computes, and rank 0 records, prints and writes.
void assist(const train::Launch& launch, const train::FinetuneRecipe& recipe) {
  train::FinetuneHooks hooks;
  hooks.launch = launch;
  ml::ml().finetune_lora(recipe, hooks);
}

void finetune(const Options& options, Context& context, const train::Launch& launch, train::FinetuneRecipe recipe,
              const std::vector<FinetuneInput>& inputs, TaskMeasurer measure_tasks) {
  registry::Run run(context.registry(), {.command = recipe.pretrain.on() ? "pretrain" : "finetune-lora",
                                         .argv = context.argv,
                                         .config = recipe.json(),
                                         .seed = recipe.seed,
                                         .device = recipe.device});
  run.add_input(options.recipe, "recipe");
  train::FinetuneHooks hooks;
  hooks.launch = launch;
  hooks.measure_tasks = std::move(measure_tasks);
  hooks.base_sha256 = record_inputs(run, inputs);
  const bool measured = run.resources().energy_j.has_value();
  if (const std::string warning = train::unmeasured_energy_warning(recipe.costs, measured); !warning.empty()) {
    log_warning(warning);
  }
  train::StepRecord steps(run, options.log_json, recipe.tensorboard_folder());
  hooks.progress = &context.progress();
  hooks.on_step = [&](const train::StepLog& step) { steps.add(step); };
  const train::FinetuneReport report = ml::ml().finetune_lora(recipe, hooks);
  const train::Bill bill = train::make_bill(recipe.costs, report.wall_s, run.resources().energy_j);
  const registry::Artifact output = run.add_output(report.output, report.output_kind);
  Json json = {{"run_id", run.id()}};
  json.update(report.json());
  json.update(bill.json());
  if (recipe.use_tensorboard) json["tensorboard_dir"] = recipe.tensorboard_folder();
  json[report.output_kind + "_sha256"] = output.sha256;
  json[report.output_kind + "_bytes"] = output.bytes;
  finish_with_model(context.registry(), run, output, options.name,
                    {{"format", recipe.trains_adapter() ? "peft" : "safetensors"}, {"base_model", recipe.base_model}},
                    json);
  context.print(json, summary(report, bill, run.id()) + show_run(context, run.id(), options.views));
}

/// Both commands are one loop; which of them a recipe is for is what it starts from.
void check_command(const train::FinetuneRecipe& recipe, bool pretrains, const std::string& path) {
  if (recipe.pretrain.on() == pretrains) return;
  throw UsageError(fmt::format("'{}' starts from {}", path, pretrains ? "a model that exists" : "nothing"),
                   fmt::format("run: llmops {} {}", pretrains ? "finetune-lora" : "pretrain", path));
}

void add_training_command(Context& context, CLI::App* cmd, bool pretrains) {
  auto options = std::make_shared<Options>();
  cmd->add_option("recipe", options->recipe, "Recipe (.yaml)")->required();
  cmd->add_option("--set", options->overrides, "Change a value of the recipe: key=value")->take_all()->expected(1);
  cmd->add_flag("--resume", options->resume, "Go on from the newest checkpoint, if there is one");
  cmd->add_option("--log-json", options->log_json, "Also write a JSON line a step to this file");
  add_run_views(*cmd, options->views);
  cmd->add_option("--name", options->name, "Register what is made as models:/NAME/N");
  cmd->callback([options, pretrains, &context] {
    train::FinetuneRecipe recipe = read_recipe(*options, context);
    check_command(recipe, pretrains, options->recipe);
    const auto inputs = resolve_inputs(context.registry(), recipe);
    const train::Launch launch = train::read_launch();
    TaskMeasurer measure_tasks = task_measurer(context.registry(), recipe);
    if (!launch.first()) {
      if (!context.dry_run) assist(launch, recipe);
    } else if (context.dry_run) {
      recipe.gradient_accumulation_steps *= launch.size;
      const train::FinetunePreview preview = train::preview_finetune(recipe);
      context.print(preview.json(), preview.text(colour_enabled()));
    } else {
      finetune(*options, context, launch, std::move(recipe), inputs, std::move(measure_tasks));
    }
  });
}

}  // namespace

void add_finetune_lora(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("finetune-lora", "Train a LoRA adapter, or a whole model, from a base model");
  cmd->footer(kFooter);
  add_training_command(context, cmd, /*pretrains=*/false);
}

void add_pretrain(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("pretrain", "Train a model from nothing");
  cmd->footer(kPretrainFooter);
  add_training_command(context, cmd, /*pretrains=*/true);
}

}  // namespace llmops::apps
