#include "apps/run_views.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/text_plot.h"
#include "registry/run_curves.h"
#include "registry/run_page.h"

namespace llmops::apps {
namespace {

/// Known before the work begins, not after it.
std::string missing_folder(const std::string& file) {
  const fs::path folder = fs::path(file).parent_path();
  if (folder.empty() || fs::is_directory(folder)) return "";
  return fmt::format("there is no folder '{}'", folder.string());
}

}  // namespace

void add_run_views(CLI::App& cmd, RunViews& views) {
  cmd.add_flag("--plot", views.plot, "Draw the loss by step, of training and validation");
  cmd.add_option("--html", views.html, "Write a self-contained report here")->check(missing_folder);
}

std::string show_run(Context& context, const std::string& run_id, const RunViews& views) {
  if (!views.plot && views.html.empty()) return "";
  registry::Registry& registry = context.registry_to_read();
  const registry::RunRecord run = registry::get_run(registry, run_id);
  if (!views.html.empty()) write_file_atomic(views.html, registry::run_page(registry, run));
  if (!views.plot) return "";
  return "\n" +
         text_plot(registry::run_curve(registry::list_metrics(registry, run.id), views.metric), terminal_plot_style());
}

}  // namespace llmops::apps
