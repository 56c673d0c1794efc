// Builds a trial's command line, follows it, and reads what it reported.
#include "sweep/finetune_trial.h"

#include <fmt/format.h>

#include <csignal>
#include <optional>

#include "core/error.h"
#include "core/files.h"
#include "sweep/trial_process.h"
#include "train/checkpoint_folder.h"

namespace llmops::sweep {
namespace {

std::vector<std::string> arguments_of(const SweepRecipe& recipe, const TrialSettings& settings, const TrialPlan& plan,
                                      const fs::path& folder) {
  std::vector<std::string> words = {"llmops",   "finetune-lora", recipe.recipe.string(),           "--json",
                                    "--resume", "--log-json",    (folder / "steps.jsonl").string()};
  std::vector<std::string> overrides = recipe.overrides(plan.point);
  if (plan.steps > 0) overrides.push_back(fmt::format("stop_at_step={}", plan.steps));
  overrides.push_back(fmt::format("output_dir={}", dump_json(Json((folder / "adapter").string()))));
  for (const std::string& text : overrides) words.insert(words.end(), {"--set", text});
  words.insert(words.end(), settings.arguments.begin(), settings.arguments.end());
  return words;
}

/// The object a trial printed; nothing where it printed none, or was cut short.
std::optional<Json> read_report(const fs::path& path) {
  if (!fs::exists(path)) return std::nullopt;
  try {
    Json report = parse_json(read_file(path, 64 << 20), path.string());
    if (report.is_object()) return report;
  } catch (const InputError&) {  // a process that was killed while it wrote
  }
  return std::nullopt;
}

bool is_result(const std::optional<Json>& report) { return report && report->contains("run_id"); }

std::string why_failed(int exit_code, const std::optional<Json>& report, const fs::path& log) {
  if (report && report->contains("error")) return report->at("error").value("message", "unknown error");
  if (exit_code == 128 + SIGKILL) {
    return fmt::format("was killed, as a system out of memory does; lower 'micro_batch_size' or 'sequence_len'");
  }
  return fmt::format("ended with exit code {}; see '{}'", exit_code, log.string());
}

/// "step 12 loss 1.234", from the last line of its log; "" before the first
std::string last_step(const fs::path& steps) {
  std::error_code failed;
  const std::uint64_t size = fs::file_size(steps, failed);
  if (failed || size == 0 || size > (64u << 20)) return "";
  std::string text = read_file(steps);
  text.resize(text.rfind('\n') + 1);
  if (text.empty()) return "";
  const std::size_t begin = text.rfind('\n', text.size() - 2) + 1;
  const Json line = Json::parse(text.substr(begin), nullptr, /*allow_exceptions=*/false);
  if (!line.is_object() || !line.contains("step") || !line.contains("loss") || !line["loss"].is_number()) return "";
  return fmt::format(" step {} loss {:.4f}", line["step"].dump(), line["loss"].get<double>());
}

}  // namespace

fs::path trial_folder(const SweepRecipe& recipe, int trial) {
  return fs::path(recipe.output_dir) / "trials" / fmt::format("{:03}", trial);
}

TrialRecord run_finetune_trial(const SweepRecipe& recipe, const TrialSettings& settings, const TrialPlan& plan,
                               const Say& say) {
  const fs::path folder = trial_folder(recipe, plan.trial);
  fs::create_directories(folder);
  TrialProcess process;
  process.arguments = arguments_of(recipe, settings, plan, folder);
  // The seed of a sweep chooses its points; trials have the recipe's, or one that is swept.
  process.environment = {{"LLMOPS_PARENT_RUN", settings.parent_run}, {"LLMOPS_SEED", ""}};
  process.output = folder / fmt::format("report-{}.json", plan.rung);
  process.log = folder / "log.txt";
  TrialRecord record;
  std::optional<Json> report = read_report(process.output);
  int exit_code = 0;
  if (!is_result(report)) {
    exit_code = run_trial_process(
        process, [&] { say(fmt::format("trial {}{}", plan.trial, last_step(folder / "steps.jsonl"))); });
    report = read_report(process.output);
  }
  if (exit_code == static_cast<int>(ExitCode::kInterrupted)) throw Interrupted();
  const bool finished = exit_code == 0 && is_result(report);
  record.status = finished ? "finished" : "failed";
  if (finished) record.report = *report;
  if (!finished) record.error = why_failed(exit_code, report, process.log);
  return record;
}

void drop_checkpoints(const SweepRecipe& recipe, int trial) {
  const train::CheckpointFolder folder((trial_folder(recipe, trial) / "adapter").string());
  std::error_code ignored;
  fs::remove_all(folder.path(), ignored);
}

}  // namespace llmops::sweep
