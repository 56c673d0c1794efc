// Counts and the length histogram.
#include "data/write/report.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace llmops::data {

namespace {

constexpr std::uint64_t kBins = 10;

// 1, 2, 5, 10, 20, 50, ...: the first that covers `range` in kBins steps.
std::uint64_t round_step(std::uint64_t range) {
  for (std::uint64_t power = 1;; power *= 10) {
    for (const std::uint64_t factor : {1, 2, 5}) {
      if (factor * power * kBins >= range) return factor * power;
    }
  }
}

std::string bin_label(std::uint64_t low, std::uint64_t step) {
  return step == 1 ? std::to_string(low) : std::to_string(low) + "-" + std::to_string(low + step - 1);
}

}  // namespace

std::vector<std::pair<std::string, std::uint64_t>> length_histogram(const LengthCounts& lengths) {
  std::vector<std::pair<std::string, std::uint64_t>> bins;
  if (lengths.empty()) return bins;
  std::uint64_t total = 0, passed = 0, high = 0;
  for (const auto& [length, count] : lengths) total += count;
  const std::uint64_t last = (total - 1) * 99 / 100;  // index of the longest but for a hundredth
  for (const auto& [length, count] : lengths) {
    if (passed <= last) high = length;
    passed += count;
  }
  const std::uint64_t least = lengths.begin()->first, most = lengths.rbegin()->first;
  const std::uint64_t step = round_step(high - least + 1);
  const std::uint64_t low = least / step * step;
  const std::uint64_t count = (high - low) / step + 1;
  for (std::uint64_t i = 0; i < count; ++i) bins.emplace_back(bin_label(low + i * step, step), 0);
  for (const auto& [length, records] : lengths) bins[std::min((length - low) / step, count - 1)].second += records;
  if (most >= low + count * step) bins.back().first = std::to_string(low + (count - 1) * step) + "+";
  return bins;
}

PrepareReport count_read(const Corpus& corpus, const std::string& name) {
  PrepareReport report;
  report.name = name;
  report.files = corpus.files.size();
  report.bytes_in = corpus.bytes_in();
  report.read = corpus.read();
  report.rejected = corpus.total.rejected;
  report.dropped = corpus.total.dropped;
  report.redacted = corpus.total.redacted;
  report.schemas = corpus.total.schemas;
  report.skipped = corpus.skipped;
  return report;
}

PrepareReport count_corpus(const PreparedCorpus& prepared, const StepStore& store) {
  const auto& [recipe, corpus, clusters, placement, parts] = prepared;
  PrepareReport report = count_read(corpus, recipe.name);
  LengthCounts lengths;
  std::vector<bool> counted(clusters.first.size());
  for_each_features(corpus, store, [&](std::uint32_t record, const Features& features) {
    const std::uint32_t first = clusters.first[record];
    if (first != record && !counted[first]) {
      counted[first] = true;
      ++report.clusters;
    }
    if (placement.fate[record] != Fate::kKept) {
      ++report.dropped[fate_rule(placement.fate[record])];
      return;
    }
    ++report.kept;
    ++report.splits[static_cast<std::size_t>(placement.split[record])].records;
    if (placement.split[record] == Split::kTrain) report.copies += placement.copies[record] - 1U;
    ++lengths[features.words];
  });
  report.lengths = length_histogram(lengths);
  return report;
}

std::uint64_t PrepareReport::tokens() const {
  return std::accumulate(splits.begin(), splits.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const SplitReport& split) { return sum + split.packed.tokens; });
}

Json PrepareReport::json() const {
  Json by_split = Json::object();
  for (const Split split : kSplits) {
    const SplitReport& part = splits[static_cast<std::size_t>(split)];
    by_split[split_name(split)] = {{"records", part.records}, {"tokens", part.packed.tokens}};
  }
  Json histogram = Json::array();
  for (const auto& [label, count] : lengths) histogram.push_back({{length_unit, label}, {"records", count}});
  return {{"name", name},       {"files", files},       {"bytes_in", bytes_in},    {"read", read},
          {"kept", kept},       {"rejected", rejected}, {"dropped", dropped},      {"redacted", redacted},
          {"schemas", schemas}, {"clusters", clusters}, {"copies", copies},        {"splits", by_split},
          {"tokens", tokens()}, {"lengths", histogram}, {"skipped_files", skipped}};
}

}  // namespace llmops::data
