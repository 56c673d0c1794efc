// `llmops sweep`: many finetuning runs of one recipe, and which values served it best.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "apps/commands.h"
#include "apps/finetune_inputs.h"
#include "apps/model_output.h"
#include "core/files.h"
#include "core/log.h"
#include "core/terminal.h"
#include "core/units.h"
#include "registry/runs.h"
#include "sweep/finetune_trial.h"
#include "sweep/run_sweep.h"
#include "sweep/sweep_html.h"
#include "sweep/sweep_plan.h"
#include "sweep/sweep_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops sweep recipes/sweep.yaml --dry-run       the values, the number of trials, and about how long they take
  llmops sweep recipes/sweep.yaml
  llmops sweep recipes/sweep.yaml --resume        after Ctrl-C, a kill or with more trials: --set trials=40
  llmops sweep triage.yaml --set method=random --set max_time=8h --name triage
  llmops finetune-lora out/sweep/best.yaml        the best values once more, in a run of their own

Trials are finetune-lora runs below OUTPUT_DIR/trials and children of the sweep in the registry: llmops runs list --parent
RUN. One that fails is told and the sweep goes on; exit status 1 when all of them do.)";

struct Options {
  std::string file, name;
  std::vector<std::string> overrides;
  bool resume = false;
};

/// The finetuning recipe of the first trial, its inputs found.
train::FinetuneRecipe first_trial(const sweep::SweepRecipe& recipe, Context& context) {
  std::vector<std::string> overrides = recipe.overrides(sweep::first_point(recipe, 0));
  if (context.device) overrides.insert(overrides.begin(), "device=" + *context.device);
  overrides.push_back("output_dir=" + dump_json(Json(recipe.output_dir)));
  train::FinetuneRecipe first = train::read_finetune_recipe(recipe.recipe, overrides);
  resolve_inputs(context.registry(), first);
  return first;
}

/// "" where there is none, or another registry has it.
std::string known_run(registry::Registry& registry, const std::string& id) {
  try {
    return id.empty() ? "" : registry::get_run(registry, id).id;
  } catch (const NotFoundError&) {
    return "";
  }
}

sweep::Journal open_journal(const sweep::SweepRecipe& recipe, bool resume) {
  const fs::path folder = recipe.output_dir, file = folder / "sweep.jsonl";
  if (!fs::exists(file) && fs::exists(folder / "trials")) {
    throw UsageError(fmt::format("'{}' holds trials of a sweep whose journal is gone", (folder / "trials").string()),
                     "remove the folder, or give another 'output_dir'");
  }
  fs::create_directories(folder);
  return sweep::Journal(file, recipe.settings(), resume);
}

std::vector<std::string> child_arguments(const Context& context) {
  if (context.threads == 0) return {};
  return {"--threads", std::to_string(context.threads)};
}

sweep::SweepResult train_all(const sweep::SweepRecipe& recipe, sweep::Journal& journal, registry::Run& run,
                             const std::string& parent, Context& context) {
  const sweep::TrialSettings settings{parent, context.device, child_arguments(context)};
  sweep::SweepHooks hooks;
  hooks.progress = &context.progress();
  hooks.run = [&](const sweep::TrialPlan& plan, const sweep::Say& say) {
    return sweep::run_finetune_trial(recipe, settings, plan, say);
  };
  hooks.on_result = [&](const sweep::Trial& trial) {
    if (!trial.measured()) log_warning(fmt::format("trial {} failed: {}", trial.number, trial.error));
    for (std::size_t i = 0; i < trial.losses.size(); ++i) {
      run.log_metric(recipe.metrics[i].name, recipe.metrics[i].loss(trial.losses[i]), trial.number);
    }
  };
  hooks.on_end = [&](const sweep::Trial& trial) { sweep::drop_checkpoints(recipe, trial.number); };
  try {
    return sweep::run_sweep(recipe, journal, hooks);
  } catch (const Interrupted&) {
    log_info(fmt::format("{} results are in '{}/sweep.jsonl'; add --resume to go on", journal.records().size(),
                         recipe.output_dir));
    throw;
  }
}

std::string summary(const sweep::SweepRecipe& recipe, const sweep::SweepResult& result, const sweep::Trial& best,
                    const Json& json) {
  const sweep::Metric& metric = recipe.metrics[0];
  std::string text = fmt::format("sweep          {} of {} trials{}, {}\n", result.trials.size(), result.planned,
                                 result.out_of_time ? "; time is up" : "", format_duration(result.seconds));
  text += fmt::format("best           trial {}: {} {}\n", best.number, metric.name,
                      format_number(metric.loss(best.losses[0]), 5));
  text += fmt::format("               {}\n", fmt::join(sweep::point_overrides(recipe.parameters, best.point), " "));
  for (const char* key : {"best_recipe", "output", "html", "run_id"}) {
    text += fmt::format("{:<14} {}\n", key, json[key].get<std::string>());
  }
  return text + "\n";
}

void sweep_recipe(const Options& options, Context& context, const sweep::SweepRecipe& recipe,
                  const train::FinetuneRecipe& first) {
  sweep::Journal journal = open_journal(recipe, options.resume);
  registry::Registry& registry = context.registry();
  const std::string first_run = known_run(registry, journal.run_id());
  registry::Run run(registry, {.command = "sweep",
                               .argv = context.argv,
                               .config = recipe.settings(),
                               .seed = recipe.seed,
                               .device = first.device,
                               .parent_run = first_run});
  run.add_input(recipe.file, "recipe");
  run.add_input(recipe.recipe, "recipe");
  journal.begin(run.id());
  const sweep::SweepResult result = train_all(recipe, journal, run, first_run.empty() ? run.id() : first_run, context);
  const sweep::SweepReport report(recipe, result);
  const std::optional<std::size_t> best_index = report.best();
  if (!best_index) {
    throw InputError(fmt::format("no trial has a result: {}",
                                 result.trials.empty() ? "time was up before the first" : result.trials[0].error),
                     fmt::format("see '{}'", (sweep::trial_folder(recipe, 0) / "log.txt").string()));
  }
  const sweep::Trial& best = result.trials[*best_index];
  const fs::path best_file = fs::path(recipe.output_dir) / "best.yaml",
                 page = fs::path(recipe.output_dir) / "sweep.html";
  write_file_atomic(best_file, sweep::best_recipe(recipe, best));
  write_file_atomic(page, sweep::sweep_html(recipe, result, report));
  run.add_output(best_file, "recipe");
  run.add_output(page, "report");
  Json json = report.json();
  json["best_recipe"] = best_file.string();
  json["html"] = page.string();
  const sweep::TrialOutput output = sweep::trial_output(best.report);
  json["output"] = output.path;
  finish_with_model(registry, run, run.add_output(output.path, output.kind), options.name,
                    {{"format", output.kind == "adapter" ? "peft" : "safetensors"},
                     {"base_model", recipe.recipe_json.value("base_model", "")}},
                    json);
  const int width = stdout_is_terminal() ? terminal_width() : 0;
  context.print(json, summary(recipe, result, best, json) + report.text(width));
}

}  // namespace

void add_sweep(CLI::App& root, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = root.add_subcommand("sweep", "Train many variants of a recipe, and find the best values");
  cmd->add_option("sweep", options->file, "What to vary (.yaml)")->required();
  cmd->add_option("--set", options->overrides, "Change a value of the sweep: key=value")->take_all()->expected(1);
  cmd->add_flag("--resume", options->resume, "Go on with the sweep in its output_dir");
  cmd->add_option("--name", options->name, "Register what the best trial made as models:/NAME/N");
  cmd->footer(kFooter);
  cmd->callback([options, &context] {
    sweep::SweepRecipe recipe = sweep::read_sweep_recipe(options->file, options->overrides);
    if (context.seed) recipe.seed = *context.seed;
    const train::FinetuneRecipe first = first_trial(recipe, context);
    if (context.dry_run) {
      const sweep::SweepPlan plan = sweep::plan_sweep(recipe, train::preview_finetune(first));
      context.print(plan.json(), plan.text());
    } else {
      sweep_recipe(*options, context, recipe, first);
    }
  });
}

}  // namespace llmops::apps
