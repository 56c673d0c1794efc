// Exact and near duplicates joined into clusters whose root is always the first member.
#include "data/dedup/dedup.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "core/cancel.h"
#include "data/dedup/minhash.h"
#include "data/dedup/shingles.h"
#include "data/parallel.h"

namespace llmops::data {

namespace {

// Union-find; the smaller index is the root, so that a cluster is named by its first text.
class Clusters {
 public:
  explicit Clusters(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }

  std::size_t root(std::size_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }

  void join(std::size_t a, std::size_t b) {
    const std::size_t root_a = root(a), root_b = root(b);
    parent_[std::max(root_a, root_b)] = std::min(root_a, root_b);
  }

 private:
  std::vector<std::size_t> parent_;
};

// In a bucket of thousands (boilerplate) each text is compared with this many earlier ones of other clusters at most.
constexpr std::size_t kMostComparisons = 512;

struct Entry {
  std::uint64_t hash;
  std::uint32_t distinct;  ///< index among the distinct texts
  bool operator<(const Entry& other) const { return std::tie(hash, distinct) < std::tie(other.hash, other.distinct); }
};

using ShingleSets = std::vector<std::vector<std::uint64_t>>;

void join_bucket(const Entry* begin, const Entry* end, const ShingleSets& sets, double least, Clusters& clusters) {
  for (const Entry* entry = begin + 1; entry < end; ++entry) {
    std::size_t comparisons = 0;
    for (const Entry* other = begin; other < entry && comparisons < kMostComparisons; ++other) {
      if (clusters.root(other->distinct) == clusters.root(entry->distinct)) continue;
      ++comparisons;
      if (jaccard(sets[other->distinct], sets[entry->distinct]) >= least)
        clusters.join(other->distinct, entry->distinct);
    }
  }
}

void join_near(const std::vector<std::string_view>& distinct, const MinHashSpec& spec, int threads,
               Clusters& clusters) {
  const MinHasher hasher(spec);
  ShingleSets sets(distinct.size());
  std::vector<std::vector<std::uint64_t>> bands(distinct.size());
  parallel_for(distinct.size(), threads, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      sets[i] = shingle_hashes(distinct[i], spec.ngram);
      bands[i] = hasher.bands(sets[i]);
    }
  });
  for (std::size_t band = 0; band < static_cast<std::size_t>(spec.bands); ++band) {
    throw_if_cancelled();
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < distinct.size(); ++i) {
      if (!bands[i].empty()) entries.push_back({bands[i][band], static_cast<std::uint32_t>(i)});
    }
    std::sort(entries.begin(), entries.end());
    for (std::size_t begin = 0; begin < entries.size();) {
      std::size_t end = begin + 1;
      while (end < entries.size() && entries[end].hash == entries[begin].hash) ++end;
      join_bucket(entries.data() + begin, entries.data() + end, sets, spec.jaccard, clusters);
      begin = end;
    }
  }
}

}  // namespace

std::vector<Membership> find_duplicates(const std::vector<std::string>& normalized, const DedupSpec& spec,
                                        int threads) {
  std::vector<Membership> members(normalized.size());
  for (std::size_t i = 0; i < members.size(); ++i) members[i].cluster = i;
  if (!spec.exact && !spec.minhash.enabled) return members;

  // Equal texts are one for the search of near ones, whether they are to be dropped or not.
  std::unordered_map<std::string_view, std::size_t> seen;
  std::vector<std::string_view> distinct;
  std::vector<std::size_t> first_of, distinct_of(normalized.size());
  for (std::size_t i = 0; i < normalized.size(); ++i) {
    const auto [found, is_new] = seen.emplace(normalized[i], distinct.size());
    if (is_new) {
      distinct.push_back(normalized[i]);
      first_of.push_back(i);
    } else {
      members[i].kind = Membership::Kind::kExact;
    }
    distinct_of[i] = found->second;
  }
  Clusters clusters(distinct.size());
  if (spec.minhash.enabled) join_near(distinct, spec.minhash, threads, clusters);
  for (std::size_t i = 0; i < members.size(); ++i) {
    members[i].cluster = first_of[clusters.root(distinct_of[i])];
    if (members[i].kind == Membership::Kind::kFirst && members[i].cluster != i)
      members[i].kind = Membership::Kind::kNear;
  }
  return members;
}

}  // namespace llmops::data
