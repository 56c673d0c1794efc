// `llmops runs`: what was run, with what, and what came of it.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/differences.h"
#include "apps/run_views.h"
#include "apps/tag_argument.h"
#include "core/terminal.h"
#include "registry/run_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops runs list --command finetune-lora --status finished
  llmops runs show r-20260301-7f3a9c       parameters, metrics, inputs and outputs
  llmops runs show latest --json
  llmops runs show latest --plot           its loss, drawn in the terminal; --metric tok_s: another metric
  llmops runs show latest --html run.html  all its curves and figures on one page
  llmops runs diff 7f3a9c 81c0de           what differs; the end of an id is enough
  llmops runs tag latest team=support keep=)";

void add_list(CLI::App& parent, Context& context) {
  auto filter = std::make_shared<registry::RunFilter>();
  CLI::App* cmd = parent.add_subcommand("list", "Newest first");
  cmd->add_option("--command", filter->command, "Only this command's");
  cmd->add_option("--status", filter->status, "Only those that are so")
      ->check(CLI::IsMember({"running", "finished", "failed", "interrupted", "lost"}));
  cmd->add_option("--since", filter->since, "Started at this UTC date or time or later, e.g. 2026-03-01");
  cmd->add_option("--parent", filter->parent, "Only those that this run started: its id, or a part of it");
  cmd->add_option("-n,--most", filter->most, "At most so many; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  cmd->callback([filter, &context] {
    if (!filter->parent.empty()) filter->parent = registry::get_run(context.registry_to_read(), filter->parent).id;
    const auto runs = registry::list_runs(context.registry_to_read(), *filter);
    Json list = Json::array();
    for (const auto& run : runs) list.push_back(registry::run_summary_json(run));
    context.print({{"runs", list}}, registry::runs_text(runs, result_width()));
  });
}

void add_show(CLI::App& parent, Context& context) {
  struct Options {
    std::string id;
    RunViews views;
  };
  auto options = std::make_shared<Options>();
  CLI::App* cmd = parent.add_subcommand("show", "Everything recorded of one run");
  cmd->add_option("run", options->id, "Id, a part of it, or latest")->required();
  add_run_views(*cmd, options->views);
  CLI::Option* plotted = cmd->get_option("--plot");
  cmd->add_option("--metric", options->views.metric, "Draw this metric instead of the loss")->needs(plotted);
  cmd->callback([options, &context] {
    const auto run = registry::get_run(context.registry_to_read(), options->id);
    const std::string plot = show_run(context, run.id, options->views);
    context.print(registry::run_json(context.registry_to_read(), run),
                  registry::run_text(context.registry_to_read(), run, result_width()) + plot);
  });
}

void add_diff(CLI::App& parent, Context& context) {
  const DiffHelp help{"What differs between two runs", "Id of a run", "Id of another"};
  add_diff_command(parent, context, help, [&context](const std::string& first, const std::string& second) {
    const auto before = registry::get_run(context.registry_to_read(), first);
    const auto after = registry::get_run(context.registry_to_read(), second);
    return Comparison{before.id, after.id, registry::diff_runs(context.registry_to_read(), before, after)};
  });
}

void add_tag(CLI::App& parent, Context& context) {
  auto options = std::make_shared<TagArguments>();
  CLI::App* cmd = parent.add_subcommand("tag", "Set or remove tags");
  add_tag_arguments(*cmd, *options, "run", "Id, a part of it, or latest");
  cmd->callback([options, &context] {
    for (const auto& [key, value] : parse_tags(options->tags)) {
      registry::tag_run(context.registry(), options->subject, key, value);
    }
    const auto run = registry::get_run(context.registry(), options->subject);
    context.print(registry::run_summary_json(run), registry::runs_text({run}, result_width()));
  });
}

}  // namespace

void add_runs(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("runs", "List, show, compare and tag runs");
  cmd->require_subcommand(1);
  cmd->footer(kFooter);
  add_list(*cmd, context);
  add_show(*cmd, context);
  add_diff(*cmd, context);
  add_tag(*cmd, context);
}

}  // namespace llmops::apps
