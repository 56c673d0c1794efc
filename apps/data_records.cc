// `llmops data show, sample and search`: single records.
#include <cstdio>

#include "apps/data_commands.h"
#include "apps/tag_argument.h"
#include "data/explore/sample_dataset.h"
#include "data/explore/search_dataset.h"
#include "registry/version_report.h"

namespace llmops::apps {
namespace {

using data::explore::FoundRecord;

Json records_json(const std::vector<FoundRecord>& records) {
  Json list = Json::array();
  for (const FoundRecord& found : records) {
    list.push_back({{"file", found.file}, {"line", found.line_number}, {"record", parse_json(found.line, found.file)}});
  }
  return {{"records", std::move(list)}};
}

std::string records_text(const std::vector<FoundRecord>& records) {
  std::string text;
  for (const FoundRecord& found : records) text += (text.empty() ? "" : "\n") + found.text();
  return text;
}

std::string lines_text(const std::vector<FoundRecord>& records) {
  std::string text;
  for (const FoundRecord& found : records) text += found.line + "\n";
  return text;
}

struct SearchArguments {
  std::string dataset, split;
  data::explore::SearchSpec spec;
  bool rejected = false;
};

void run_search(SearchArguments& arguments, Context& context) {
  data::explore::DatasetFiles files = open_data(context, arguments.dataset, arguments.split);
  data::explore::SearchSpec& spec = arguments.spec;
  spec.threads = context.threads;
  if (arguments.rejected) {
    if (files.rejects.empty())
      throw NotFoundError("'" + arguments.dataset + "' has no rejects.jsonl", "only a prepared dataset has one");
    files.files = {{files.rejects, ""}};
    if (spec.field.empty()) spec.field = "value";
  }
  const bool lines = context.json && !spec.count_only;
  const auto report = search_dataset(files, spec, context.progress(), [&](const data::explore::SearchHit& hit) {
    context.print(lines ? hit.json() : Json(), hit.text(result_width()));
  });
  if (spec.count_only) context.print({{"records", report.records}}, std::to_string(report.records) + "\n");
  if (report.records == 0) context.exit_code = ExitCode::kFailed;  // as grep says it
}

}  // namespace

void add_data_show(CLI::App& parent, Context& context) {
  auto dataset = std::make_shared<std::string>();
  auto ids = std::make_shared<std::vector<std::string>>();
  CLI::App* cmd = parent.add_subcommand("show", "One version with its counts, or records by their ids");
  cmd->add_option("dataset", *dataset, kDataArgument)->required();
  cmd->add_option("ids,--record", *ids, "Records to print; without any, the version's counts");
  cmd->callback([dataset, ids, &context] {
    if (!ids->empty()) {
      const auto records = find_records(open_data(context, *dataset), *ids, context.progress());
      return context.print(records_json(records), records_text(records));
    }
    const auto data = registry::find_dataset(context.registry_to_read(), *dataset);
    context.print(registry::dataset_json(data), registry::dataset_text(data, result_width()));
  });
}

void add_data_sample(CLI::App& parent, Context& context) {
  struct Arguments {
    std::string dataset, split;
    std::vector<std::string> where;
    data::explore::SampleSpec spec;
    bool lines = false;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* cmd = parent.add_subcommand("sample", "Records drawn at random, the same ones for the same --seed");
  cmd->add_option("dataset", arguments->dataset, kDataArgument)->required();
  cmd->add_option("-n,--records", arguments->spec.count, "How many")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  cmd->add_option("--where", arguments->where, "Only records whose FIELD is VALUE: FIELD=VALUE")
      ->expected(1)
      ->take_all();
  cmd->add_option("--split", arguments->split, "Only of this split");
  cmd->add_flag("--lines", arguments->lines, "Print the records as they stand in the file, one JSON object a line");
  cmd->callback([arguments, &context] {
    arguments->spec.seed = context.seed.value_or(0);
    for (const std::string& text : arguments->where) arguments->spec.where.push_back(data::explore::parse_where(text));
    const auto files = open_data(context, arguments->dataset, arguments->split);
    const auto records = sample_dataset(files, arguments->spec, context.progress());
    if (records.empty()) context.exit_code = ExitCode::kFailed;
    context.print(records_json(records), arguments->lines ? lines_text(records) : records_text(records));
  });
}

void add_data_search(CLI::App& parent, Context& context) {
  auto arguments = std::make_shared<SearchArguments>();
  data::explore::SearchSpec& spec = arguments->spec;
  CLI::App* cmd = parent.add_subcommand("search", "Records whose text matches; exit code 1 where none does");
  cmd->add_option("dataset", arguments->dataset, kDataArgument)->required();
  cmd->add_option("query", spec.query, "Text to find")->required();
  cmd->add_flag("-E,--regex", spec.regex, "The query is a regular expression (PCRE2)");
  cmd->add_flag("-i,--ignore-case", spec.ignore_case, "Upper and lower case are the same");
  cmd->add_option("--field", spec.field, "Look at this field (default: the record's text)");
  cmd->add_option("-n,--records", spec.most, "Show at most so many; 0 is all")->capture_default_str();
  cmd->add_flag("-c,--count", spec.count_only, "Print only how many records match");
  cmd->add_option("--split", arguments->split, "Only in this split");
  cmd->add_flag("--rejected", arguments->rejected, "Look at what is not in the dataset, in rejects.jsonl");
  cmd->callback([arguments, &context] { run_search(*arguments, context); });
}

}  // namespace llmops::apps
