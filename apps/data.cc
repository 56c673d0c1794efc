// `llmops data`: dataset versions, and what is in them.
#include "apps/commands.h"
#include "apps/data_commands.h"
#include "apps/tag_argument.h"
#include "registry/version_report.h"

namespace llmops::apps {
namespace {

constexpr const char* kFooter = R"(Examples:
  llmops data list
  llmops data show tickets@2                      or data:/tickets@2
  llmops data show tickets@2 mail-17              one record
  llmops data stats tickets --by queue            lengths, languages, words, mentions of groups
  llmops data search tickets 'refund' -i          records by their text
  llmops data sample train.jsonl -n 5 --where language=de
  llmops data diff tickets@1 tickets@2            what became of the records
  llmops data report tickets -o tickets.html      all of it on a page, with a map of topics
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
  CLI::App* cmd = root.add_subcommand("data", "List, show, measure, search and compare datasets");
  cmd->require_subcommand(1);
  cmd->footer(kFooter);
  add_list(*cmd, context);
  add_data_show(*cmd, context);
  add_data_stats(*cmd, context);
  add_data_sample(*cmd, context);
  add_data_search(*cmd, context);
  add_data_diff(*cmd, context);
  add_data_report(*cmd, context);
  add_tag(*cmd, context);
}

}  // namespace llmops::apps
