// `llmops data`: dataset versions.
#include <fmt/format.h>

#include "apps/commands.h"
#include "apps/differences.h"
#include "apps/tag_argument.h"
#include "registry/json_flat.h"
#include "registry/version_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops data list
  llmops data show tickets@2               or data:/tickets@2
  llmops data diff tickets@1 tickets@2     counts that differ
  llmops data tag tickets@2 reviewed=yes)";

void add_list(CLI::App& parent, Context& context) {
  auto name = std::make_shared<std::string>();
  CLI::App* cmd = parent.add_subcommand("list", "All versions");
  cmd->add_option("name", *name, "Only this dataset's");
  cmd->callback([name, &context] {
    if (!name->empty()) registry::get_dataset(context.registry_to_read(), *name, "");  // says so when there is none
    const auto datasets = registry::list_datasets(context.registry_to_read(), *name);
    context.print({{"datasets", registry::list_json(datasets, registry::dataset_json)}},
                  registry::datasets_text(datasets, result_width()));
  });
}

void add_show(CLI::App& parent, Context& context) {
  auto text = std::make_shared<std::string>();
  CLI::App* cmd = parent.add_subcommand("show", "One version with its counts");
  cmd->add_option("dataset", *text, "NAME or NAME@VERSION")->required();
  cmd->callback([text, &context] {
    const auto data = registry::find_dataset(context.registry_to_read(), *text);
    context.print(registry::dataset_json(data), registry::dataset_text(data, result_width()));
  });
}

void add_diff(CLI::App& parent, Context& context) {
  const DiffHelp help{"What differs between two versions", "NAME@VERSION", "NAME@VERSION"};
  add_diff_command(parent, context, help, [&context](const std::string& first, const std::string& second) {
    const auto before = registry::find_dataset(context.registry_to_read(), first);
    const auto after = registry::find_dataset(context.registry_to_read(), second);
    const auto fields = [](const registry::DatasetVersion& data) {
      return registry::flatten_json({{"sha256", data.artifact.sha256},
                                     {"bytes", data.artifact.bytes},
                                     {"run", data.run_id},
                                     {"summary", data.summary}});
    };
    return Comparison{fmt::format("{}@{}", before.name, before.version),
                      fmt::format("{}@{}", after.name, after.version),
                      registry::diff_named(fields(before), fields(after))};
  });
}

void add_tag(CLI::App& parent, Context& context) {
  auto options = std::make_shared<TagArguments>();
  CLI::App* cmd = parent.add_subcommand("tag", "Set or remove tags");
  add_tag_arguments(*cmd, *options, "dataset", "NAME or NAME@VERSION");
  cmd->callback([options, &context] {
    const auto data = registry::find_dataset(context.registry(), options->subject);
    for (const auto& [key, value] : parse_tags(options->tags)) {
      registry::tag_dataset(context.registry(), data.name, data.version, key, value);
    }
    const auto tagged = registry::get_dataset(context.registry(), data.name, std::to_string(data.version));
    context.print(registry::dataset_json(tagged), registry::datasets_text({tagged}, result_width()));
  });
}

}  // namespace

void add_data(CLI::App& root, Context& context) {
  CLI::App* cmd = root.add_subcommand("data", "List, show, compare and tag dataset versions");
  cmd->require_subcommand(1);
  cmd->footer(kFooter);
  add_list(*cmd, context);
  add_show(*cmd, context);
  add_diff(*cmd, context);
  add_tag(*cmd, context);
}

}  // namespace llmops::apps
