// `llmops doctor`: what this machine offers, and what is used of it.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/tag_argument.h"
#include "core/table.h"
#include "ops/machine_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops doctor                              instruction set, why it was chosen, bandwidth and peak
  llmops doctor --threads 1 --json | jq .bandwidth_gb_s
  LLMOPS_FORCE_ISA=avx2 llmops doctor        what a narrower CPU would do)";

Json doctor_json(const ops::MachineReport& report) {
  Json runnable = Json::array(), plan = Json::object();
  for (const ops::Isa isa : report.runnable) runnable.push_back(ops::isa_name(isa));
  for (const auto& row : report.plan) plan[row.work] = row.how;
  return {{"cpu", report.cpu},
          {"processors", report.processors},
          {"threads", report.threads},
          {"isa", ops::isa_name(report.isa)},
          {"isa_reason", report.reason},
          {"isas", runnable},
          {"plan", plan},
          {"bandwidth_gb_s", report.limits.read_gb_s},
          {"int8_gmac_s", report.limits.int8_gmac_s},
          {"float32_gmac_s", report.limits.float32_gmac_s},
          {"bfloat16_gmac_s", report.limits.bfloat16_gmac_s}};
}

std::string doctor_text(const ops::MachineReport& report) {
  Table table({{""}, {""}});
  table.add_row({"cpu", fmt::format("{}, {} processors, {} used", report.cpu, report.processors, report.threads)});
  table.add_row({"instruction set", fmt::format("{}: {}", ops::isa_name(report.isa), report.reason)});
  for (const auto& row : report.plan) table.add_row({row.work, row.how});
  table.add_row({"bandwidth", fmt::format("{:.1f} GB/s read", report.limits.read_gb_s)});
  table.add_row({"peak of bytes", fmt::format("{:.0f} GMAC/s", report.limits.int8_gmac_s)});
  table.add_row({"peak of float32", fmt::format("{:.0f} GMAC/s", report.limits.float32_gmac_s)});
  if (report.limits.bfloat16_gmac_s > 0) {
    table.add_row({"peak of bfloat16", fmt::format("{:.0f} GMAC/s", report.limits.bfloat16_gmac_s)});
  }
  return table.render(result_width());
}

}  // namespace

void add_doctor(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("doctor", "Show what this machine offers and what is used of it");
  cmd->footer(kFooter);
  cmd->callback([&context] {
    const ops::MachineReport report = ops::examine_machine(context.threads);
    context.print(doctor_json(report), doctor_text(report));
  });
}

}  // namespace llmops::apps
