// `llmops annotate`: people label, rate, rank and correct records, on the terminal or in a browser.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "apps/annotate_work.h"
#include "apps/engine_options.h"
#include "core/editor.h"
#include "core/log.h"
#include "core/raw_terminal.h"
#include "core/terminal.h"
#include "data/annotate/suggestions.h"
#include "data/annotate/terminal_loop.h"
#include "infer/open_engine.h"
#include "infer/suggest_labels.h"
#include "serve/annotate_server.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter =
    R"(Keys: 1 to 9 and letters answer, y takes the suggestion, u undoes, s skips, f flags, n notes, e edits, ? helps, q quits.
Every answer is on disk at once; a second session goes on where the first ended, and several people may work at once.
Where the input is no terminal, a line of it is an answer, or :skip, :undo, :flag, :accept, :note TEXT, :quit.

Examples:
  llmops annotate tickets.jsonl --labels billing,bug,other
  llmops annotate data:/tickets@2 --task task.yaml --annotator ann --overlap 2
  llmops annotate pairs.jsonl --kind rank --candidates answer_a,answer_b --web
  llmops annotate answers.jsonl --kind correct --edit messages
  llmops annotate tickets.jsonl --labels billing,bug,other --suggest-model models:/triage@production
  llmops annotate agreement tickets.annotations
  llmops annotate export tickets.annotations -o labels.jsonl --resolve majority
  llmops annotate synthesize prompt.yaml -n 100 -o synthetic.jsonl --model models:/smollm2-135m-instruct/1)";

void write_out(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

std::string user_name() {
  const char* name = std::getenv("USER");
  return name == nullptr || *name == '\0' ? "me" : name;
}

void work_with_keys(data::AnnotationSession& session) {
  RawTerminal terminal;
  data::TerminalHooks hooks;
  hooks.read_key = [&terminal] { return terminal.read_key(); };
  hooks.read_line = [&terminal] { return terminal.read_line(); };
  hooks.edit = [&terminal](const std::string& text) {
    terminal.suspend();
    const std::string edited = edit_text(text, "text.md");
    terminal.resume();
    return edited;
  };
  hooks.write = write_out;
  data::run_terminal(session, hooks, {.width = terminal_width(), .colour = colour_enabled()});
}

void work_in_terminal(data::AnnotationProject& project, const std::string& annotator, Context& context) {
  const bool keys = ::isatty(STDIN_FILENO) == 1 && stdout_is_terminal() && !context.json;
  data::AnnotationSession session(project, annotator, keys ? "terminal" : "lines");
  if (keys) {
    work_with_keys(session);
  } else {
    LineSource lines(STDIN_FILENO, "stdin");
    data::run_lines(session, lines, {[&context](const Json& record, const std::string& text) {
                      if (!context.quiet) context.print(record, text);
                    }});
  }
  const data::SessionReport report = data::report_session(session);
  context.print(report.json(), report.text());
}

void work_in_browser(data::AnnotationProject& project, int port, Context& context) {
  const std::size_t decided = serve::serve_annotations(project, port, [&](const serve::AnnotateListening& listening) {
    context.print(
        {{"event", "listening"}, {"url", listening.url}, {"port", listening.port}},
        fmt::format("open {}\nCtrl-C ends it; every answer is kept in {}\n", listening.url, project.folder().string()));
  });
  const data::AnnotationProgress progress = project.progress("");
  context.print(
      {{"event", "stopped"}, {"decided", decided}, {"complete", progress.complete}, {"records", progress.records}},
      fmt::format("{} decided now; {} of {} records have all their answers\n", decided, progress.complete,
                  progress.records));
}

/// The engine and the thread that asks it, for as long as people work.
struct Suggesting {
  std::unique_ptr<infer::Engine> engine;
  std::unique_ptr<infer::BackgroundSuggester> suggester;

  void end() {
    if (!suggester) return;
    const std::string failure = suggester->failure();
    suggester.reset();
    if (!failure.empty()) log_warning("suggestions ended early: " + failure);
  }
};

Suggesting start_suggesting(const AnnotateOptions& options, data::AnnotationProject& project, Context& context) {
  if (!options.suggest_file.empty()) {
    const data::SuggestionCounts counts = data::read_suggestions(options.suggest_file, project);
    log_info(fmt::format("{} suggestions, {} ignored", counts.taken, counts.ignored));
  }
  Suggesting suggesting;
  if (options.suggest.model.empty()) return suggesting;
  infer::answer_grammar(project.task());
  suggesting.engine = open_engine(options.suggest, context);
  suggesting.suggester = std::make_unique<infer::BackgroundSuggester>(
      *suggesting.engine, project, infer::SuggestOptions{options.suggest.model, options.suggest_prompt});
  suggesting.suggester->wait_for_first();
  return suggesting;
}

void annotate(const AnnotateOptions& options, Context& context, const std::function<bool(const char*)>& given) {
  const auto project = open_project(options, context, given);
  if (project == nullptr) {
    return context.print({{"dry_run", true}, {"input", options.input}},
                         fmt::format("would annotate {}\n", options.input));
  }
  Suggesting suggesting = start_suggesting(options, *project, context);
  if (options.web) {
    work_in_browser(*project, options.port, context);
  } else {
    work_in_terminal(*project, options.annotator.empty() ? user_name() : options.annotator, context);
  }
  suggesting.end();
}

void add_task_options(CLI::App& cmd, AnnotateOptions& options) {
  cmd.add_option("--task", options.task_file, "What is asked: a YAML file; without it the options below");
  cmd.add_option("--set", options.overrides, "KEY=VALUE in the task; may be repeated")->take_all()->expected(1);
  cmd.add_option("--kind", options.kind, "label (the default), rate, rank or correct")
      ->check(CLI::IsMember({"label", "rate", "rank", "correct"}));
  cmd.add_option("--labels", options.task.labels, "The labels, between commas")
      ->delimiter(',')
      ->allow_extra_args(false);
  cmd.add_flag("--multiple", options.task.multiple, "Any number of labels for a record");
  cmd.add_option("--scale", options.scale, "Least and best rating, as in 1,5")
      ->delimiter(',')
      ->expected(2)
      ->allow_extra_args(false);
  cmd.add_option("--candidates", options.task.candidates, "Fields to rank, or one that holds a list")
      ->delimiter(',')
      ->allow_extra_args(false);
  cmd.add_option("--edit", options.task.edit, "Field to correct; of messages, the last answer");
  cmd.add_option("--fields", options.task.fields, "Fields to show; without it all")
      ->delimiter(',')
      ->allow_extra_args(false);
  cmd.add_option("--instructions", options.task.instructions, "What people are told first");
  cmd.add_option("--overlap", options.task.overlap, "Answers wanted of each record")->check(CLI::Range(1, 1000));
  cmd.add_option("--annotators", options.task.annotators, "Who share the records out among them")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_work_options(CLI::App& cmd, AnnotateOptions& options) {
  cmd.add_option("input", options.input, "Dataset, file of JSON lines, or folder of annotations");
  cmd.add_option("-o,--output", options.output, "Folder of the annotations; beside the input where it is not given");
  cmd.add_option("--annotator", options.annotator, "Your name; $USER where it is not given");
  cmd.add_flag("--web", options.web, "Work in a browser on this machine");
  cmd.add_option("--port", options.port, "Of --web; 0 picks a free one")->check(CLI::Range(0, 65535));
  cmd.add_option("--suggest", options.suggest_file, R"(Lines of {"id", "label", "score"}, shown beside their records)");
  cmd.add_option("--suggest-model", options.suggest.model, "Model that suggests answers: path or URI");
  cmd.add_option("--suggest-prompt", options.suggest_prompt, "What it is told, in place of the task's instructions");
}

}  // namespace

void add_annotate(CLI::App& root, Context& context) {
  auto options = std::make_shared<AnnotateOptions>();
  CLI::App* cmd =
      root.add_subcommand("annotate", "Label, rate, rank and correct records; agreement and synthetic data");
  add_work_options(*cmd, *options);
  add_task_options(*cmd, *options);
  add_annotate_agreement(*cmd, context);
  add_annotate_export(*cmd, context);
  add_annotate_synthesize(*cmd, context);
  cmd->footer(kFooter);
  cmd->callback([options, cmd, &context] {
    if (!cmd->get_subcommands().empty()) return;  // it has done its work
    annotate(*options, context, [cmd](const char* name) { return cmd->get_option(name)->count() > 0; });
  });
}

}  // namespace llmops::apps
