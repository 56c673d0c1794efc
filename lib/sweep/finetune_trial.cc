// Builds a trial's command line, follows it, and reads what it reported.
#include "sweep/finetune_trial.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

#include "core/error.h"
#include "core/files.h"
#include "sweep/trial_process.h"
#include "train/checkpoint_folder.h"

namespace llmops::sweep {
namespace {

std::vector<std::string> finetune_arguments(const SweepRecipe& recipe, const TrialSettings& settings,
                                            const TrialPlan& plan, const fs::path& folder) {
  std::vector<std::string> words = {"llmops",   "finetune-lora", recipe.recipe.string(),           "--json",
                                    "--resume", "--log-json",    (folder / "steps.jsonl").string()};
  std::vector<std::string> overrides = recipe.overrides(plan.point);
  if (settings.device) overrides.insert(overrides.begin(), "device=" + *settings.device);
  if (plan.steps > 0) overrides.push_back(fmt::format("stop_at_step={}", plan.steps));
  overrides.push_back(fmt::format("output_dir={}", dump_json(Json((folder / "output").string()))));
  for (const std::string& text : overrides) words.insert(words.end(), {"--set", text});
  return words;
}

std::vector<std::string> eval_arguments(const SweepRecipe& recipe, const std::string& model, const fs::path& folder) {
  std::vector<std::string> words = {
      "llmops", "eval", "--model", model, "--json", "--output", (folder / "eval").string()};
  for (const std::string& task : recipe.eval_tasks) words.insert(words.end(), {"--tasks", task});
  if (recipe.eval_limit > 0) words.insert(words.end(), {"--limit", std::to_string(recipe.eval_limit)});
  return words;
}

/// The object a command printed; null where it printed none, or was killed while it did.
Json read_report(const fs::path& path) {
  if (!fs::exists(path)) return nullptr;
  Json report = Json::parse(read_file(path, 64 << 20), nullptr, /*allow_exceptions=*/false);
  return report.is_object() ? report : Json(nullptr);
}

bool is_result(const Json& report) { return report.contains("run_id"); }

std::string why_failed(int exit_code, const Json& report, const fs::path& log) {
  if (report.contains("error")) return report["error"].value("message", "unknown error");
  if (exit_code == 128 + SIGKILL) {
    return "was killed, as a system out of memory does; lower 'micro_batch_size' or 'sequence_len'";
  }
  return fmt::format("ended with exit code {}; see '{}'", exit_code, log.string());
}

/// What a command prints, unless an earlier process has printed it whole. @throws InputError  why it failed;
/// Interrupted
Json result_of(const TrialProcess& process, const std::function<void()>& follow) {
  Json report = read_report(process.output);
  if (is_result(report)) return report;
  const int exit_code = run_trial_process(process, follow);
  if (exit_code == static_cast<int>(ExitCode::kInterrupted)) throw Interrupted();
  report = read_report(process.output);
  if (exit_code != 0 || !is_result(report)) throw InputError(why_failed(exit_code, report, process.log));
  return report;
}

/// " step 12 loss 1.234", from the last line of its log; "" before the first
std::string last_step(const fs::path& steps) {
  constexpr std::streamoff kMost = 4096;  // of a line; the log itself may be long
  std::ifstream file(steps, std::ios::binary | std::ios::ate);
  if (!file) return "";
  const std::streamoff size = file.tellg();
  file.seekg(std::max<std::streamoff>(0, size - kMost));
  std::string text{std::istreambuf_iterator<char>(file), {}};
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
  const auto run = [&](std::vector<std::string> words, const char* name, const std::function<void()>& follow) {
    TrialProcess process;
    words.insert(words.end(), settings.arguments.begin(), settings.arguments.end());
    process.arguments = std::move(words);
    // The seed of a sweep chooses its points; trials have the recipe's, or one that is swept.
    process.environment = {{"LLMOPS_PARENT_RUN", settings.parent_run}, {"LLMOPS_SEED", ""}, {"LLMOPS_DEVICE", ""}};
    process.output = folder / fmt::format("{}-{}.json", name, plan.rung);
    process.log = folder / "log.txt";
    return result_of(process, follow);
  };
  TrialRecord record;
  record.status = "finished";
  try {
    record.report = run(finetune_arguments(recipe, settings, plan, folder), "report",
                        [&] { say(fmt::format("trial {}{}", plan.trial, last_step(folder / "steps.jsonl"))); });
    if (!recipe.eval_tasks.empty()) {
      const Json evaluation = run(eval_arguments(recipe, trial_output(record.report).path, folder), "eval",
                                  [&] { say(fmt::format("trial {} eval", plan.trial)); });
      record.report["eval"] = evaluation.value("metrics", Json::object());
    }
  } catch (const InputError& error) {
    record.status = "failed";
    record.report = nullptr;
    record.error = error.what();
  }
  return record;
}

TrialOutput trial_output(const Json& report) {
  for (const char* kind : {"adapter", "model"}) {
    if (report.contains(kind) && report[kind].is_string()) return {kind, report[kind].get<std::string>()};
  }
  return {};
}

void drop_checkpoints(const SweepRecipe& recipe, int trial) {
  const train::CheckpointFolder folder((trial_folder(recipe, trial) / "output").string());
  std::error_code ignored;
  fs::remove_all(folder.path(), ignored);
}

}  // namespace llmops::sweep
