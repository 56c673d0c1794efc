// `llmops lineage`: what something was made from, and what was made of it.
#include "registry/lineage.h"

#include "apps/commands.h"
#include "core/files.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops lineage models:/triage@production       from raw data to served requests
  llmops lineage chatcmpl-9f2c --up              which data is behind this answer
  llmops lineage data/tickets.csv --down         what was ever made of this file
  llmops lineage 2cf24dba5fb0 --json             a content hash, or the beginning of one
  llmops lineage models:/triage@production --svg lineage.svg
  llmops lineage r-20260301-7f3a9c --dot | dot -Tpng -o lineage.png)";

struct Options {
  std::string what, svg;
  bool up = false, down = false, dot = false;
  int most_requests = 3;
};

}  // namespace

void add_lineage(CLI::App& root, Context& context) {
  auto options = std::make_shared<Options>();
  CLI::App* cmd = root.add_subcommand("lineage", "Show what something was made from, and what was made of it");
  cmd->add_option("what", options->what, "URI, path, content hash, run id or request id")->required();
  cmd->add_flag("--up", options->up, "Only what it was made from");
  cmd->add_flag("--down", options->down, "Only what was made of it");
  cmd->add_option("--requests", options->most_requests, "Newest requests of each serve run to show")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  cmd->add_flag("--dot", options->dot, "Print Graphviz");
  cmd->add_option("--svg", options->svg, "Also write a drawing to this file");
  cmd->footer(kFooter);
  cmd->callback([options, &context] {
    const bool both = options->up == options->down;
    const auto lineage = registry::trace_lineage(context.registry_to_read(), options->what,
                                                 {both || options->up, both || options->down, options->most_requests});
    if (!options->svg.empty() && !context.dry_run) write_file_atomic(options->svg, registry::lineage_svg(lineage));
    const auto text = options->dot ? registry::lineage_dot(lineage) : registry::lineage_text(lineage);
    context.print(registry::lineage_json(lineage), text);
  });
}

}  // namespace llmops::apps
