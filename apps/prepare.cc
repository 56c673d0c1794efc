// `llmops prepare`: raw files to a clean, split and registered dataset version.
#include "data/prepare.h"

#include "apps/commands.h"
#include "apps/embedding_model.h"
#include "core/terminal.h"

namespace llmops::apps {

namespace {

constexpr const char* kFooter = R"(Examples:
  llmops prepare raw/                                  all defaults, text only
  llmops prepare prepare.yaml                          a recipe
  llmops prepare prepare.yaml --set split.test=0.2     a recipe with one value changed
  llmops prepare raw/ --name notes --max-bad 1% --json
  llmops prepare prepare.yaml --dry-run                count, but write nothing
  llmops prepare prepare.yaml --memory 2G --work /scratch/steps
  llmops prepare prepare.yaml --shard 3/8 --work /shared/steps    one of 8 machines; then once without --shard

Reads jsonl, json, csv, tsv, txt, md, html, pdf, warc, parquet, arrow and sqlite, also as .gz and .zst, data sets of a hub
(hf://datasets/OWNER/NAME) and the requests that were served (registry:requests). The report says which schema rows were
read as. Every record is kept, dropped by a rule or rejected, and the counts add up. What a run has read and cleaned is
stored: a run that was killed goes on where it stood, and another recipe with the same steps reuses them.)";

}  // namespace

void add_prepare(CLI::App& root, Context& context) {
  auto options = std::make_shared<data::PrepareOptions>();
  CLI::App* cmd = root.add_subcommand("prepare", "Turn raw files into a dataset version");
  cmd->add_option("source", options->source, "Recipe (.yaml), or a folder or file of raw data")->required();
  cmd->add_option("-o,--output", options->output, "Folder to create (default: in the registry's home)");
  cmd->add_option("--name", options->name, "Name of the dataset (default: the recipe's, else the source's)");
  cmd->add_option("--max-bad", options->max_bad, "Share of unreadable records above which it fails (default 5%)");
  auto filter = std::make_shared<std::string>();
  cmd->add_option("--filter-cmd", *filter,
                  "Program that is given records as JSON lines and answers true or false to each");
  cmd->add_option("--memory", options->memory, "Memory to stay within, such as 500M or 2G")->capture_default_str();
  cmd->add_option("--work", options->work, "Folder of stored steps (default: in the registry's home)");
  cmd->add_option("--shard", options->shard,
                  "I/N: only store the steps of one part of N, or 'auto' under torchrun or a job array");
  cmd->add_flag("!--no-cache", options->keep_steps, "Remove the stored steps at the end");
  cmd->add_option("--set", options->overrides, "Change a value of the recipe: dotted.key=value")
      ->take_all()
      ->expected(1);
  cmd->footer(kFooter);
  cmd->callback([options, filter, &context] {
    options->filter_cmd = CLI::detail::split_up(*filter);  // by blanks and quotes: no shell sees it
    options->threads = context.threads;
    options->dry_run = context.dry_run;
    options->argv = context.argv;
    options->open_embedder = [&context](const std::string& model) { return open_text_embedder(model, context); };
    const data::PrepareResult result = data::run_prepare(*options, context.registry(), context.progress());
    context.print(result.json(), result.text(stdout_is_terminal() ? terminal_width() : 0));
  });
}

}  // namespace llmops::apps
