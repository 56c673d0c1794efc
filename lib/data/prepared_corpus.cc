#include "data/prepared_corpus.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/error.h"

namespace llmops::data {
namespace {

std::uint64_t total(const Counts& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0},
                         [](std::uint64_t sum, const auto& entry) { return sum + entry.second; });
}

// "12 bad_json, 3 invalid_utf8", the most frequent first.
std::string list_counts(const Counts& counts) {
  std::vector<std::pair<std::string, std::uint64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [rule, count] : sorted) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, rule);
  return text;
}

std::string first_rejected(const Corpus& corpus, const StepStore& store) {
  for (const StoredUnit& unit : corpus.units) {
    const Segment segment = open_stored_segment(store, unit);
    if (segment.summary().rejected.empty()) continue;
    for (const Item& item : segment.batch(unit.files).items) {
      const Loss* loss = item.loss();
      if (loss == nullptr || loss->kind != Loss::Kind::kRejected) continue;
      return fmt::format("{}:{}: {}", corpus.files[item.origin.file].name, item.origin.line, loss->rule);
    }
  }
  return "";
}

void check_kept(const PreparedCorpus& prepared) {
  const auto& fates = prepared.placement.fate;
  if (std::find(fates.begin(), fates.end(), Fate::kKept) != fates.end()) return;
  Counts lost = prepared.corpus.total.rejected;
  for (const auto& [rule, count] : prepared.corpus.total.dropped) lost[rule] += count;
  for (const Fate fate : fates) ++lost[fate_rule(fate)];
  const std::string why = lost.empty() ? "the files hold none" : list_counts(lost);
  throw InputError(fmt::format("no usable record in {} read ({})", prepared.corpus.read(), why),
                   "check 'inputs' and the rules of the recipe");
}

}  // namespace

void check_rejected(const Corpus& corpus, const PrepareRecipe& recipe, const StepStore& store) {
  const std::uint64_t bad = total(corpus.total.rejected), read = corpus.read();
  if (static_cast<double>(bad) <= recipe.max_bad * static_cast<double>(read)) return;
  throw InputError(fmt::format("{} of {} records cannot be read ({}), more than the {:g}% allowed", bad, read,
                               list_counts(corpus.total.rejected), 100 * recipe.max_bad),
                   fmt::format("the first is {}; correct the input or the mapping, or raise --max-bad",
                               first_rejected(corpus, store)));
}

PreparedCorpus prepare_corpus(const PrepareRecipe& recipe, const InputFiles& inputs, const Workplace& workplace,
                              const TextEmbedder& embedder, Progress& progress) {
  const StepStore store(workplace.folder);
  PreparedCorpus prepared{recipe, read_corpus(recipe, inputs, workplace, {}, progress), {}, {}, nullptr};
  check_rejected(prepared.corpus, recipe, store);
  prepared.clusters = find_clusters(prepared.corpus, recipe.dedup, workplace, embedder, progress);
  prepared.placement = place_records(prepared.corpus, prepared.clusters, recipe, store);
  if (recipe.dedup.parts != "none") {
    prepared.parts =
        std::make_unique<RepeatedParts>(prepared.corpus, recipe.dedup, workplace, prepared.placement, progress);
  }
  check_kept(prepared);
  return prepared;
}

}  // namespace llmops::data
