// The pass, and the numbers taken from its accumulators.
#include "data/explore/dataset_stats.h"

#include <fmt/format.h>

#include <memory>

#include "core/error.h"
#include "data/explore/scan_dataset.h"
#include "data/explore/stats_shard.h"
#include "data/record.h"

namespace llmops::data::explore {
namespace {

constexpr std::size_t kMostRepeated = 10, kLargestClusters = 10, kBeginningBytes = 160;

using Shards = std::vector<std::unique_ptr<StatsShard>>;

// On one thread and in the order of the files, so that the first of equal texts is always the same one.
void take_seen(StatsShard& shard, DuplicateTable& table, Duplicates& duplicates) {
  for (const StatsShard::Seen& text : shard.seen) {
    if (table.add(text.hash, text.place) == 0) continue;
    ++duplicates.records;
    duplicates.bytes += text.bytes;
  }
  shard.seen.clear();
}

RepeatedText describe(const DatasetFiles& files, const DuplicateTable::Entry& entry) {
  const std::string line = read_line_at(files.files[entry.first.file].path, entry.first.offset);
  RecordReader reader;
  reader.read(line);
  const std::string text = reader.view().text();
  return {std::string(reader.view().id), files.name(entry.first.file), entry.count,
          std::string(cut_text(text, kBeginningBytes))};
}

void take_tokens(const Json& manifest, DatasetStats& stats) {
  if (!manifest.is_object()) return;
  for (const auto& [name, split] : manifest["splits"].items()) {
    const auto packed = split.find("packed");
    if (packed == split.end() || !packed->is_object()) continue;
    stats.tokens += json_get_or<std::uint64_t>(*packed, "tokens", 0, name);
    stats.supervised += json_get_or<std::uint64_t>(*packed, "supervised_tokens", 0, name);
  }
}

void take_text(const TextCounts& text, const StatsSpec& spec, DatasetStats& stats) {
  stats.vocabulary = text.words.vocabulary();
  stats.vocabulary_exact = text.words.exact();
  stats.top = {text.words.top(spec.top), text.pairs.top(spec.top, text.words), text.triples.top(spec.top, text.words)};
  stats.top_error = {text.words.error(), text.pairs.error(), text.triples.error()};
  stats.mentions = report_mentions(text.mentions, text.words, spec.mentions);
}

void take_shard(StatsShard& all, const DatasetFiles& files, const StatsSpec& spec, DatasetStats& stats) {
  stats.bad_lines = all.bad_lines;
  if (all.first_bad) stats.first_bad = BadLine{files.name(all.first_bad->first), all.first_bad->second};
  for (std::size_t i = 0; i < files.files.size(); ++i) {
    stats.total.add(all.files[i]);
    if (!files.files[i].split.empty()) stats.splits.emplace_back(files.files[i].split, all.files[i]);
  }
  stats.shapes = all.shapes;
  stats.words = std::move(all.words);
  stats.characters = std::move(all.characters);
  stats.bytes = std::move(all.bytes);
  stats.turns = std::move(all.turns);
  stats.fields = std::move(all.fields);
  for (Breakdown& breakdown : all.breakdowns) {
    if (breakdown.present() || breakdown.field() == spec.by) stats.breakdowns.push_back(std::move(breakdown));
  }
  stats.roles.insert(all.roles.begin(), all.roles.end());
  stats.pairs = std::move(all.pairs);
  take_text(all.text, spec, stats);
}

}  // namespace

DatasetStats measure_dataset(const DatasetFiles& files, const StatsSpec& spec, Progress& progress) {
  DatasetStats stats;
  stats.name = files.root.string();
  stats.files = files.files.size();
  stats.file_bytes = files.bytes();
  Shards shards;
  for (std::size_t i = 0; i < kShards; ++i) shards.push_back(std::make_unique<StatsShard>(files, spec));
  DuplicateTable table;
  scan_dataset(files, spec.threads, progress,
               {[&](std::size_t shard, std::size_t file, const LineBlock& block) { shards[shard]->add(file, block); },
                [&] {
                  for (const auto& shard : shards) take_seen(*shard, table, stats.duplicates);
                  return true;
                }});
  for (const auto& shard : shards) shard->text.finish();
  for (std::size_t i = 1; i < kShards; ++i) {
    shards[0]->merge(*shards[i]);
    shards[i].reset();
  }
  if (const auto& bad = shards[0]->first_bad; bad && shards[0]->fields.records() == 0) {
    throw InputError(
        fmt::format("{}:{}: no line of '{}' is a JSON object", files.name(bad->first), bad->second, stats.name),
        "give a dataset, or a file with one JSON object a line");
  }
  take_shard(*shards[0], files, spec, stats);
  take_tokens(files.manifest, stats);
  stats.duplicates.distinct = table.distinct();
  for (const auto& entry : table.most_repeated(kMostRepeated)) stats.duplicates.most.push_back(describe(files, entry));
  if (!files.rejects.empty()) stats.losses = read_losses(files.rejects, spec.examples, spec.seed);
  if (!files.clusters.empty()) stats.clusters = read_clusters(files.clusters, kLargestClusters);
  return stats;
}

double DatasetStats::type_token_ratio() const {
  return total.words == 0 ? 0 : static_cast<double>(vocabulary) / static_cast<double>(total.words);
}

}  // namespace llmops::data::explore
