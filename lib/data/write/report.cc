// Counts and the length histogram.
#include "data/write/report.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "data/clean/clean.h"

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

std::vector<std::pair<std::string, std::uint64_t>> length_histogram(std::vector<std::uint64_t> lengths) {
  std::vector<std::pair<std::string, std::uint64_t>> bins;
  if (lengths.empty()) return bins;
  std::sort(lengths.begin(), lengths.end());
  const std::uint64_t high = lengths[(lengths.size() - 1) * 99 / 100];
  const std::uint64_t step = round_step(high - lengths.front() + 1);
  const std::uint64_t low = lengths.front() / step * step;
  const std::uint64_t count = (high - low) / step + 1;
  for (std::uint64_t i = 0; i < count; ++i) bins.emplace_back(bin_label(low + i * step, step), 0);
  for (const std::uint64_t length : lengths) ++bins[std::min((length - low) / step, count - 1)].second;
  if (lengths.back() >= low + count * step) bins.back().first = std::to_string(low + (count - 1) * step) + "+";
  return bins;
}

PrepareReport count_corpus(const std::string& name, const Corpus& corpus) {
  PrepareReport report;
  report.name = name;
  report.files = corpus.files.size();
  report.bytes_in = corpus.bytes_in();
  report.read = corpus.items.size();
  report.redacted = corpus.redacted;
  report.skipped = corpus.skipped;
  std::vector<std::uint64_t> lengths;
  std::map<std::size_t, std::uint64_t> sizes;
  for (std::size_t i = 0; i < corpus.items.size(); ++i) {
    const Item& item = corpus.items[i];
    if (item.cluster != i) ++sizes[item.cluster];
    if (const Loss* loss = item.loss()) {
      ++(loss->kind == Loss::Kind::kRejected ? report.rejected : report.dropped)[loss->rule];
      continue;
    }
    ++report.kept;
    ++report.splits[static_cast<std::size_t>(item.split)].records;
    lengths.push_back(count_words(item.record()->prompt_text()));
  }
  report.clusters = sizes.size();
  report.lengths = length_histogram(std::move(lengths));
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
  return {{"name", name},
          {"files", files},
          {"bytes_in", bytes_in},
          {"read", read},
          {"kept", kept},
          {"rejected", rejected},
          {"dropped", dropped},
          {"redacted", redacted},
          {"clusters", clusters},
          {"splits", by_split},
          {"tokens", tokens()},
          {"lengths", histogram},
          {"skipped_files", skipped}};
}

}  // namespace llmops::data
