// An evaluation from options to report. Everything a person can have typed wrong is found before a model is opened.
#include "eval/evaluate.h"

#include <fmt/format.h>

#include <chrono>
#include <map>

#include "core/files.h"
#include "core/units.h"
#include "eval/report.h"
#include "eval/task_set.h"
#include "registry/run.h"

namespace llmops::eval {
namespace {

struct Plan : TaskSet {
  std::vector<GateRule> gates;
  std::vector<DropRule> drops;
};

Plan make_plan(registry::Registry& registry, const EvaluateOptions& options) {
  if (options.tasks.empty()) throw UsageError("no task is given", "add --tasks TASK.yaml");
  if (!options.max_drops.empty() && options.baseline.empty()) {
    throw UsageError("--max-drop needs a model to compare with", "add --baseline MODEL");
  }
  Plan plan{load_task_set(registry, options.tasks, options.overrides, options.data), {}, {}};
  for (const std::string& gate : options.gates) plan.gates.push_back(parse_gate(gate, plan.tasks));
  for (const std::string& drop : options.max_drops) plan.drops.push_back(parse_drop(drop, plan.tasks));
  return plan;
}

infer::EngineOptions engine_options(const EvaluateOptions& options, const model::ModelSource& source) {
  return {.model = source.model_path.string(),
          .adapter = source.adapter_path.string(),
          .dtype = options.dtype,
          .device = options.device,
          .threads = options.threads,
          .max_batch = options.batch_size};
}

std::vector<TaskResult> run_plan(const Plan& plan, const EvaluateOptions& options, infer::Engine& engine,
                                 Progress& progress) {
  RunTaskOptions run_options;
  run_options.cases.seed = options.seed;
  run_options.cases.limit = options.limit;
  run_options.cases.apply_chat_template = options.apply_chat_template;
  run_options.cases.system_instruction = options.system_instruction;
  run_options.seed = options.seed;
  run_options.max_length = options.max_length;
  run_options.add_bos = options.add_bos;
  return run_tasks(plan, engine, run_options, progress);
}

Json config_json(const EvaluateOptions& options, const Plan& plan) {
  Json tasks = Json::array();
  for (const Task& task : plan.tasks) tasks.push_back(task.config);
  return {{"model", options.model},
          {"base", options.base},
          {"tasks", tasks},
          {"data", options.data},
          {"limit", options.limit},
          {"gates", options.gates},
          {"baseline", options.baseline},
          {"max_drops", options.max_drops},
          {"dtype", options.dtype},
          {"batch_size", options.batch_size},
          {"max_length", options.max_length},
          {"apply_chat_template", options.apply_chat_template},
          {"system_instruction", options.system_instruction},
          {"add_bos", options.add_bos}};
}

/// Samples of each task (and of the baseline), then results.json. The folder may exist: each file appears whole.
void write_files(const fs::path& folder, const std::vector<TaskResult>& results,
                 const std::vector<TaskResult>& baseline, const Json& report) {
  fs::create_directories(folder);
  for (const TaskResult& result : results) {
    write_file_atomic(folder / ("samples_" + result.task.name + ".jsonl"), samples_jsonl(result));
  }
  for (const TaskResult& result : baseline) {
    write_file_atomic(folder / ("samples_" + result.task.name + ".baseline.jsonl"), samples_jsonl(result));
  }
  write_file_atomic(folder / "results.json", dump_json_pretty(report));
}

ExitCode exit_code_of(const std::vector<TaskResult>& results, const GateReport& gate) {
  bool anything = false;
  for (const TaskResult& result : results) anything = anything || result.measured > 0;
  if (gate.tripped()) return ExitCode::kTripped;
  return !anything || gate.unmeasured() ? ExitCode::kNothingMeasured : ExitCode::kDone;
}

EvaluateReport describe_plan(const Plan& plan) {
  EvaluateReport report;
  report.json = {{"dry_run", true}, {"tasks", Json::object()}};
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    const std::size_t count = plan.documents[i].items.size();
    report.json["tasks"][plan.tasks[i].name] = {{"documents", count},
                                                {"source", plan.documents[i].source.string()},
                                                {"output_type", output_type_name(plan.tasks[i].output_type)}};
    report.text += fmt::format("{}: {} documents of {}, {}\n", plan.tasks[i].name, format_count(count),
                               plan.documents[i].source.string(), output_type_name(plan.tasks[i].output_type));
  }
  report.text += "nothing was run\n";
  return report;
}

}  // namespace

EvaluateReport evaluate(registry::Registry& registry, const EvaluateOptions& options, const EvaluateHooks& hooks,
                        Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  const Plan plan = make_plan(registry, options);
  if (options.dry_run) return describe_plan(plan);
  const model::ModelSource source = hooks.resolve_model(options.model, options.base);
  std::optional<model::ModelSource> baseline_source;
  if (!options.baseline.empty()) baseline_source = hooks.resolve_model(options.baseline, "");

  registry::RunStart run_start;
  run_start.command = "eval";
  run_start.argv = options.argv;
  run_start.config = config_json(options, plan);
  run_start.seed = options.seed;
  run_start.device = options.device;
  registry::Run run(registry, run_start);
  EvaluationFacts facts;
  facts.run_id = run.id();
  facts.started_at = now_utc();
  facts.model = options.model;
  facts.model_uri = source.uri;
  facts.model_sha256 = model::record_inputs(run, source).sha256;
  facts.batch_size = options.batch_size;
  facts.limit = options.limit;
  for (std::size_t i = 0; i < plan.tasks.size(); ++i) {
    run.add_input(plan.tasks[i].file, "eval_task", plan.tasks[i].name);
    run.add_input(plan.documents[i].source, fs::is_directory(plan.documents[i].source) ? "dataset" : "raw_data");
  }
  std::vector<TaskResult> results, baseline;
  {
    const auto engine = hooks.open_engine(engine_options(options, source));
    facts.weights = engine->info().weights;
    results = run_plan(plan, options, *engine, progress);
  }  // closed before the baseline opens: the two need not fit into memory together
  if (baseline_source) {
    facts.baseline = options.baseline;
    facts.baseline_sha256 = model::record_inputs(run, *baseline_source).sha256;
    const auto engine = hooks.open_engine(engine_options(options, *baseline_source));
    baseline = run_plan(plan, options, *engine, progress);
  }
  const GateReport gate = check_gates(plan.gates, plan.drops, results, baseline);
  run.log_metrics(flat_metrics(results), 0);

  const fs::path folder = options.output.empty() ? run.directory() : fs::path(options.output);
  facts.samples = fs::absolute(folder).lexically_normal().string();
  facts.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EvaluateReport report;
  report.json = results_json(facts, results, baseline, gate);
  report.text = results_text(facts, results, baseline, gate, options.table_width);
  report.exit_code = exit_code_of(results, gate);
  write_files(folder, results, baseline, report.json);
  run.add_output(folder / "results.json", "report");
  for (const TaskResult& result : results) {
    run.add_output(folder / ("samples_" + result.task.name + ".jsonl"), "samples");
  }
  if (!options.junit.empty()) write_file_atomic(options.junit, results_junit(facts, results, gate));
  run.finish(report.json);
  return report;
}

}  // namespace llmops::eval
