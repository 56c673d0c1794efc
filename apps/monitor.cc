// `llmops monitor`: latency, errors, tokens and prompt drift of the requests that `serve` recorded.
#include "apps/commands.h"
#include "core/terminal.h"
#include "core/units.h"
#include "monitor/monitor_requests.h"
#include "monitor/text_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kExamples = R"(Examples:
  llmops monitor --since 24h
  llmops monitor --since 1h --reference-since 7d --thresholds recipes/monitor.yaml --html report.html
  llmops monitor --reference r-20260301-7f3a9c --model triage --json

Times are UTC: a span back from now (30m, 24h, 7d), a date (2026-03-01) or a time (2026-03-01T12:30).
Exit status 3 when a threshold is tripped, 4 when one had nothing to measure.)";

void run_monitor(const monitor::MonitorOptions& options, Context& context) {
  const bool record = !context.dry_run;
  const auto report = record ? monitor::monitor_requests(context.registry(), options, context.argv)
                             : monitor::measure(context.registry(), options, now_unix_ms());
  context.print(monitor::to_json(report), monitor::text_report(report, stdout_is_terminal() ? terminal_width() : 0));
  context.exit_code = report.exit_code();
}

}  // namespace

void add_monitor(CLI::App& root, Context& context) {
  auto options = std::make_shared<monitor::MonitorOptions>();
  CLI::App* cmd = root.add_subcommand("monitor", "Report on served requests, and alert on thresholds");
  cmd->add_option("--since", options->since, "Start of the window")->capture_default_str();
  cmd->add_option("--until", options->until, "End of the window; now when not given");
  CLI::Option* run =
      cmd->add_option("--reference", options->reference_run, "Serve run whose requests are the reference");
  cmd->add_option("--reference-since", options->reference_since, "Start of the reference window")->excludes(run);
  cmd->add_option("--reference-until", options->reference_until, "End of it; the window's start when not given")
      ->excludes(run);
  cmd->add_option("--model", options->model, "Only requests for this model name");
  cmd->add_option("--thresholds", options->thresholds, "YAML file of limits");
  cmd->add_option("--html", options->html, "Write a self-contained report here");
  cmd->footer(kExamples);
  cmd->callback([options, &context] { run_monitor(*options, context); });
}

}  // namespace llmops::apps
