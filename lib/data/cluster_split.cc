// Duplicates of a corpus, and the split of each cluster.
#include "data/corpus.h"
#include "data/dedup/dedup.h"
#include "data/dedup/shingles.h"
#include "data/parallel.h"

namespace llmops::data {

namespace {

// Indices of the items that are still records.
std::vector<std::size_t> surviving(const std::vector<Item>& items) {
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].record() != nullptr) indices.push_back(i);
  }
  return indices;
}

Loss duplicate_loss(const Record& record, const std::string& rule, const std::string& of) {
  Loss loss = dropped(rule, cut_text(record.prompt_text(), kShownBytes));
  loss.id = record.id;
  loss.of = of;
  return loss;
}

}  // namespace

void split_by_cluster(Corpus& corpus, const PrepareRecipe& recipe, int threads) {
  const std::vector<std::size_t> kept = surviving(corpus.items);
  std::vector<std::string> normalized(kept.size());
  parallel_for(kept.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      normalized[i] = normalized_words(corpus.items[kept[i]].record()->content_text());
    }
  });
  const std::vector<Membership> members = find_duplicates(normalized, recipe.dedup, threads);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    Item& item = corpus.items[kept[i]];
    item.cluster = kept[members[i].cluster];
    item.split = assign_split(normalized[members[i].cluster], recipe.split);
    if (recipe.dedup.keep_all || members[i].kind == Membership::Kind::kFirst) continue;
    const bool exact = recipe.dedup.exact && members[i].kind == Membership::Kind::kExact;
    // The cluster's first item comes earlier in the list and is never dropped, so its id can be read.
    const std::string of = corpus.items[item.cluster].record()->id;
    item.outcome = duplicate_loss(*item.record(), exact ? "exact_duplicate" : "near_duplicate", of);
  }
}

}  // namespace llmops::data
