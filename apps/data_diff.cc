// `llmops data diff`: the counts that the registry keeps, and the records themselves.
#include <fmt/format.h>

#include <filesystem>

#include "apps/data_commands.h"
#include "apps/tag_argument.h"
#include "data/explore/dataset_diff.h"
#include "registry/datasets.h"
#include "registry/json_flat.h"

namespace llmops::apps {
namespace {

struct Arguments {
  std::string before, after;
  bool counts_only = false;
  data::explore::DiffSpec spec;
};

std::vector<std::pair<std::string, std::string>> counts_of(const registry::DatasetVersion& data) {
  return registry::flatten_json({{"sha256", data.artifact.sha256},
                                 {"bytes", data.artifact.bytes},
                                 {"run", data.run_id},
                                 {"summary", data.summary}});
}

void run(Arguments& arguments, Context& context) {
  Json report = Json::object();
  std::string text;
  // Only versions have counts that were kept; files have records alone.
  const bool registered = !is_data_path(arguments.before) && !is_data_path(arguments.after);
  if (registered) {
    const auto before = registry::find_dataset(context.registry_to_read(), arguments.before);
    const auto after = registry::find_dataset(context.registry_to_read(), arguments.after);
    const auto differences = registry::diff_named(counts_of(before), counts_of(after));
    const std::string first = fmt::format("{}@{}", before.name, before.version);
    const std::string second = fmt::format("{}@{}", after.name, after.version);
    report = {{"before", first}, {"after", second}, {"differences", registry::differences_json(differences)}};
    text = registry::differences_text(differences, first, second, result_width());
  }
  if (!arguments.counts_only) {
    arguments.spec.threads = context.threads;
    arguments.spec.seed = context.seed.value_or(0);
    const auto diff = compare_datasets(open_data(context, arguments.before), open_data(context, arguments.after),
                                       arguments.spec, context.progress());
    report["records"] = diff.json();
    text += (text.empty() ? "" : "\n") + diff.text(result_width());
  }
  context.print(report, text);
}

}  // namespace

void add_data_diff(CLI::App& parent, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* cmd = parent.add_subcommand("diff", "What differs between two: counts, records, lengths, languages, words");
  cmd->add_option("before", arguments->before, kDataArgument)->required();
  cmd->add_option("after", arguments->after, kDataArgument)->required();
  cmd->add_option("--examples", arguments->spec.examples, "Records shown of those changed, added and removed each")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  cmd->add_option("--words", arguments->spec.words, "Words shown that tell each side from the other")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  cmd->add_flag("--counts", arguments->counts_only, "Only the counts of two versions, without reading their records");
  cmd->callback([arguments, &context] { run(*arguments, context); });
}

}  // namespace llmops::apps
