// `llmops eval`: a model measured on tasks, compared with a baseline, checked against gates.
#include "eval/evaluate.h"

#include "apps/commands.h"
#include "core/terminal.h"
#include "infer/open_engine.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops eval --model models:/triage@candidate --tasks triage.yaml
  llmops eval --model out/adapter --tasks triage.yaml --gate 'accuracy>=0.8' --gate 'json_valid>=0.99'
  llmops eval --model small.gguf --tasks triage.yaml --baseline models:/triage/3 --max-drop 0.02
  llmops eval --model models:/smollm2-135m-instruct/1 --tasks recipes/eval-perplexity.yaml --data notes.jsonl
  llmops eval --model M --tasks a.yaml --tasks b.yaml --limit 100 --junit eval.xml --json

Exit code 3 when a gate fails or a document of its task could not be measured, 4 when nothing was measured.
'accuracy' in a gate stands for acc, else json_exact, else exact_match.)";

void add_options(CLI::App& cmd, eval::EvaluateOptions& options) {
  cmd.add_option("model,-m,--model", options.model, "Model, adapter or GGUF: path or URI")->required();
  cmd.add_option("--base", options.base, "Base model of an adapter, instead of the one it names");
  cmd.add_option("-t,--tasks,--task", options.tasks, "Task file; may be repeated")->required()->take_all()->expected(1);
  cmd.add_option("--data", options.data, "Documents instead of the tasks' own: file, dataset folder or URI");
  cmd.add_option("--limit", options.limit, "First documents of each task only; 0 means all")
      ->check(CLI::NonNegativeNumber);
  cmd.add_option("--gate", options.gates, "Condition such as 'accuracy>=0.8'; may be repeated")
      ->take_all()
      ->expected(1);
  cmd.add_option("--baseline", options.baseline, "Second model, measured on the same tasks");
  cmd.add_option("--max-drop", options.max_drops, "How much worse than the baseline: 0.02, 2% or bleu=1.5")
      ->take_all()
      ->expected(1);
  cmd.add_option("--junit", options.junit, "Also write the checks as JUnit XML to this file");
  cmd.add_option("-o,--output", options.output, "Folder for results and samples (default: the run's own)");
  cmd.add_option("--batch-size", options.batch_size, "Sequences at once; changes no score")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  cmd.add_option("--max-length", options.max_length, "Tokens of a prompt with its answer; 0: the model's context")
      ->check(CLI::NonNegativeNumber);
  cmd.add_option("--dtype", options.dtype, "auto, float32 or bfloat16")->capture_default_str();
  cmd.add_flag("--apply-chat-template", options.apply_chat_template, "Put text prompts into the model's chat template");
  cmd.add_option("--system-instruction", options.system_instruction, "System message before them");
  cmd.add_flag("--add-bos-token", options.add_bos, "Put the BOS token before text prompts");
  cmd.add_option("--set", options.overrides, "Change a value of the tasks: dotted.key=value")->take_all()->expected(1);
  cmd.footer(kFooter);
}

}  // namespace

void add_eval(CLI::App& root, Context& context) {
  auto options = std::make_shared<eval::EvaluateOptions>();
  CLI::App* cmd = root.add_subcommand("eval", "Measure a model on tasks and check gates");
  add_options(*cmd, *options);
  cmd->callback([options, &context] {
    options->device = context.engine_device();
    options->threads = context.threads;
    options->seed = context.seed.value_or(options->seed);
    options->dry_run = context.dry_run;
    options->argv = context.argv;
    options->table_width = stdout_is_terminal() ? terminal_width() : 0;
    eval::EvaluateHooks hooks;
    hooks.open_engine = infer::open_engine;
    hooks.resolve_model = [&context](const std::string& text, const std::string& base) {
      return model::resolve_model(context.registry(), text, base);
    };
    const eval::EvaluateReport report = eval::evaluate(context.registry(), *options, hooks, context.progress());
    context.print(report.json, report.text);
    context.exit_code = report.exit_code;
  });
}

}  // namespace llmops::apps
