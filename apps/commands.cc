#include "apps/commands.h"

#include "core/log.h"

namespace llmops::apps {
namespace {

/// In the order `llmops --help` lists them.
constexpr void (*kCommands[])(CLI::App&, Context&) = {
    add_pull,      add_prepare,  add_annotate,   add_pretrain, add_finetune_lora, add_recipe,  add_sweep,
    add_combine,   add_merge,    add_unmerge,    add_eval,     add_quantize,      add_export,  add_serve,
    add_monitor,   add_runs,     add_models,     add_data,     add_prompts,       add_lineage, add_tokenize,
    add_tokenizer, add_template, add_score,      add_generate, add_embed,         add_chat,    add_bench,
    add_doctor,    add_help,     add_completion,
};

void add_global_options(CLI::App& root, Context& context) {
  root.add_flag("--json", context.json, "Print one JSON object instead of text");
  root.add_flag("-q,--quiet", context.quiet, "No progress and no messages, only results and errors");
  root.add_flag("-v,--verbose", context.verbosity, "More messages");
  root.add_flag("--dry-run", context.dry_run, "Say what would be done, and do nothing");
  root.add_option("--seed", context.seed, "Seed of everything random")->envname("LLMOPS_SEED");
  root.add_option("--device", context.device, "cpu (the default) or cuda[:n]")->envname("LLMOPS_DEVICE");
  root.add_option("--threads", context.threads, "Processors to use; 0 means all")
      ->envname("LLMOPS_THREADS")
      ->check(CLI::Range(0, 1024))
      ->capture_default_str();
}

}  // namespace

void add_commands(CLI::App& root, Context& context) {
  root.set_version_flag("--version", "llmops " LLMOPS_VERSION);
  root.fallthrough();  // global options may stand after the command, where people write them
  root.require_subcommand(1);
  root.get_formatter()->column_width(34);
  add_global_options(root, context);
  for (const auto add : kCommands) add(root, context);
  root.parse_complete_callback([&context] {
    set_log_level(context.quiet ? LogLevel::kQuiet : context.verbosity > 0 ? LogLevel::kVerbose : LogLevel::kNormal);
  });
  root.footer("Run 'llmops COMMAND --help' for a command's options and examples.");
}

}  // namespace llmops::apps
