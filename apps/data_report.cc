// `llmops data stats` and `report`: what a dataset holds, as text, JSON and a page.
#include <fmt/format.h>

#include "apps/data_commands.h"
#include "apps/embedding_model.h"
#include "apps/tag_argument.h"
#include "core/files.h"
#include "data/explore/page/dataset_page.h"

namespace llmops::apps {
namespace {

struct Arguments {
  std::string dataset, page, embedder;
  data::explore::StatsSpec stats;
  data::explore::TopicSpec topics;
};

void add_options(CLI::App& cmd, Arguments& arguments) {
  cmd.add_option("dataset", arguments.dataset, kDataArgument)->required();
  cmd.add_option("--by", arguments.stats.by, "Tell the values of this field apart, beside source and language");
  cmd.add_option("--top", arguments.stats.top, "Words and runs of words to list")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  cmd.add_option("--examples", arguments.stats.examples, "Of what each rule left out")
      ->check(CLI::Range(0, 1000))
      ->capture_default_str();
  cmd.add_option("--min-support", arguments.stats.mentions.min_support,
                 "Sentences that a word shares with a group at least, to be associated with it")
      ->check(CLI::Range(1, 1000000000))
      ->capture_default_str();
}

data::explore::DatasetStats measure(Arguments& arguments, const data::explore::DatasetFiles& files, Context& context) {
  arguments.stats.threads = context.threads;
  arguments.stats.seed = context.seed.value_or(0);
  auto stats = measure_dataset(files, arguments.stats, context.progress());
  stats.name = arguments.dataset;
  return stats;
}

data::explore::TopicMap draw(Arguments& arguments, const data::explore::DatasetFiles& files, Context& context) {
  arguments.topics.threads = context.threads;
  arguments.topics.seed = context.seed.value_or(0);
  if (arguments.embedder.empty()) return map_topics(files, arguments.topics, {}, "", context.progress());
  const data::EmbedTexts embed = open_text_embedder(arguments.embedder, context).embed;
  return map_topics(files, arguments.topics, embed, arguments.embedder, context.progress());
}

void write_page(const Arguments& arguments, const data::explore::DatasetStats& stats,
                const data::explore::TopicMap* topics, const Context& context) {
  if (!context.dry_run) write_file_atomic(arguments.page, dataset_page(stats, topics));
}

}  // namespace

void add_data_stats(CLI::App& parent, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* cmd = parent.add_subcommand("stats", "Lengths, languages, duplicates, words, mentions of groups, losses");
  add_options(*cmd, *arguments);
  cmd->add_option("--html", arguments->page, "Write them as a page too");
  cmd->callback([arguments, &context] {
    const auto stats = measure(*arguments, open_data(context, arguments->dataset), context);
    if (!arguments->page.empty()) write_page(*arguments, stats, nullptr, context);
    context.print(stats.json(), stats.text(result_width()));
  });
}

void add_data_report(CLI::App& parent, Context& context) {
  auto arguments = std::make_shared<Arguments>();
  CLI::App* cmd = parent.add_subcommand("report", "A page of all statistics, with a map of topics");
  add_options(*cmd, *arguments);
  cmd->add_option("-o,--output", arguments->page, "HTML file to write")->required();
  cmd->add_option("--embed", arguments->embedder, "Embedding model for the topics (default: by their words)");
  cmd->add_option("--topics", arguments->topics.topics, "How many; 0 is by the number of records")
      ->check(CLI::Range(0, 12))
      ->capture_default_str();
  cmd->add_option("--map-records", arguments->topics.records, "Records drawn for the map")
      ->check(CLI::Range(10, 2000))
      ->capture_default_str();
  cmd->callback([arguments, &context] {
    const auto files = open_data(context, arguments->dataset);
    const auto stats = measure(*arguments, files, context);
    const auto topics = draw(*arguments, files, context);
    write_page(*arguments, stats, &topics, context);
    context.print(
        {{"page", arguments->page}, {"stats", stats.json()}, {"topics", topics.json()}},
        fmt::format("{}: {} records, {} topics\n", arguments->page, stats.total.records, topics.topics.size()));
  });
}

}  // namespace llmops::apps
