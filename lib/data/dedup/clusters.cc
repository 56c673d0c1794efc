#include "data/dedup/clusters.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "core/cancel.h"
#include "core/error.h"
#include "data/dedup/meaning_search.h"
#include "data/dedup/shingle_cache.h"
#include "data/dedup/union_find.h"
#include "data/store/external_sort.h"

namespace llmops::data {
namespace {

// In a bucket of thousands (boilerplate) each record is compared with this many earlier ones of other clusters at most.
constexpr std::size_t kMostComparisons = 512;

struct ByContent {
  Hash128 content;
  std::uint32_t record;
  bool operator<(const ByContent& other) const {
    return std::tie(content, record) < std::tie(other.content, other.record);
  }
};

struct ByBand {
  std::uint64_t hash;
  std::uint32_t record;
  bool operator<(const ByBand& other) const { return std::tie(hash, record) < std::tie(other.hash, other.record); }
};

class ClusterSearch {
 public:
  ClusterSearch(const Corpus& corpus, const DedupSpec& spec, const Workplace& workplace)
      : corpus_(corpus),
        spec_(spec),
        workplace_(workplace),
        store_(workplace.folder),
        shingles_(corpus, store_, spec.minhash.ngram, workplace.memory / 4, workplace.threads),
        sets_(corpus.total.records),
        repeats_(corpus.total.records),
        searched_(corpus.total.records) {}

  // Equal records are one for the search of near ones, whether they are to be dropped or not.
  void join_equal() {
    ExternalSorter<ByContent> sorter(workplace_.folder, workplace_.memory / 4);
    for (const StoredUnit& unit : corpus_.units) {
      auto record = static_cast<std::uint32_t>(unit.first);
      for (const Features& features : open_stored_features(store_, unit).records()) {
        searched_[record] = features.has_bands != 0;
        sorter.add({features.content, record++});
      }
    }
    ByContent first{};
    bool any = false;
    sorter.drain([&](const ByContent& entry) {
      if (any && entry.content == first.content) {
        sets_.join(first.record, entry.record);
        repeats_[entry.record] = true;
        searched_[entry.record] = false;
      } else {
        first = entry;
        any = true;
      }
    });
  }

  void join_near(int band) {
    ExternalSorter<ByBand> sorter(workplace_.folder, workplace_.memory / 4);
    for (const StoredUnit& unit : corpus_.units) {
      const std::vector<std::uint64_t> hashes = open_stored_features(store_, unit).band(band);
      for (std::size_t i = 0; i < hashes.size(); ++i) {
        const auto record = static_cast<std::uint32_t>(unit.first + i);
        if (searched_[record]) sorter.add({hashes[i], record});
      }
    }
    std::uint64_t hash = 0;
    sorter.drain([&](const ByBand& entry) {
      if (entry.hash != hash) end_bucket();
      hash = entry.hash;
      bucket_.push_back(entry.record);
    });
    end_bucket();
    join_buckets();
  }

  // One record of each cluster is compared: the others say the same.
  void join_alike(const TextEmbedder& embedder, Progress& progress) {
    near_ = sets_.roots();
    const EmbeddedCorpus embedded(corpus_, store_, embedder, progress);
    std::vector<std::uint32_t> records;
    for (std::uint32_t i = 0; i < near_.size(); ++i) {
      if (near_[i] == i) records.push_back(i);
    }
    find_alike(embedded, records, spec_.semantic.cosine, workplace_, progress,
               [&](std::uint32_t a, std::uint32_t b) { sets_.join(a, b); });
  }

  Clusters clusters() { return {sets_.roots(), std::move(repeats_), std::move(near_)}; }

 private:
  // Buckets wait until there is enough to do for all threads, or as much as the shingles' share of memory holds.
  void end_bucket() {
    if (bucket_.size() > 1) {
      const std::uint32_t root = sets_.root(bucket_.front());
      const bool joined =
          std::all_of(bucket_.begin(), bucket_.end(), [&](std::uint32_t record) { return sets_.root(record) == root; });
      if (!joined) {
        waiting_records_ += bucket_.size();
        waiting_.push_back(std::move(bucket_));
      }
    }
    bucket_.clear();
    if (waiting_records_ >= shingles_.batch()) join_buckets();
  }

  void join_buckets() {
    throw_if_cancelled();
    std::vector<std::uint32_t> wanted;
    for (const auto& bucket : waiting_) wanted.insert(wanted.end(), bucket.begin(), bucket.end());
    shingles_.load(std::move(wanted));
    for (const auto& bucket : waiting_) join_bucket(bucket);
    waiting_.clear();
    waiting_records_ = 0;
  }

  void join_bucket(const std::vector<std::uint32_t>& bucket) {
    for (std::size_t i = 1; i < bucket.size(); ++i) {
      std::size_t comparisons = 0;
      for (std::size_t j = 0; j < i && comparisons < kMostComparisons; ++j) {
        if (sets_.root(bucket[j]) == sets_.root(bucket[i])) continue;
        ++comparisons;
        if (jaccard(shingles_.of(bucket[j]), shingles_.of(bucket[i])) >= spec_.minhash.jaccard) {
          sets_.join(bucket[j], bucket[i]);
        }
      }
    }
  }

  const Corpus& corpus_;
  const DedupSpec& spec_;
  const Workplace& workplace_;
  StepStore store_;
  ShingleCache shingles_;
  UnionFind sets_;
  std::vector<bool> repeats_;
  std::vector<std::uint32_t> near_;
  std::vector<bool> searched_;  ///< the first of equal records, where it has words
  std::vector<std::uint32_t> bucket_;
  std::vector<std::vector<std::uint32_t>> waiting_;
  std::size_t waiting_records_ = 0;
};

}  // namespace

Clusters find_clusters(const Corpus& corpus, const DedupSpec& spec, const Workplace& workplace,
                       const TextEmbedder& embedder, Progress& progress) {
  const std::uint64_t records = corpus.total.records;
  if (records > std::numeric_limits<std::uint32_t>::max()) {
    throw InputError("more than 4,294,967,295 records are left before the search for duplicates",
                     "prepare the inputs in several datasets");
  }
  const bool by_meaning = !spec.semantic.model.empty();
  if (!spec.exact && !spec.minhash.enabled && !by_meaning) {
    return {UnionFind(records).roots(), std::vector<bool>(records), {}};
  }
  ClusterSearch search(corpus, spec, workplace);
  const int bands = spec.minhash.enabled ? spec.minhash.bands : 0;
  progress.start("find duplicates", static_cast<std::uint64_t>(bands) + 1, "bands");
  if (spec.exact || spec.minhash.enabled) search.join_equal();
  for (int band = 0; band < bands; ++band) {
    throw_if_cancelled();
    progress.update(static_cast<std::uint64_t>(band) + 1);
    search.join_near(band);
  }
  progress.finish();
  if (by_meaning) search.join_alike(embedder, progress);
  return search.clusters();
}

}  // namespace llmops::data
