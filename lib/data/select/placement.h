// What becomes of each record that broke no rule: kept in a split, or left out for a reason.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "data/corpus.h"
#include "data/dedup/clusters.h"
#include "data/select/split.h"

namespace llmops::data {

enum class Fate : std::uint8_t { kKept, kEqual, kNear, kAlike, kPartless, kNotSampled, kUnbalanced, kUnmixed };

/// "exact_duplicate", "near_duplicate", "semantic_duplicate", "duplicate_parts", "not_sampled", "balance", "mix";
/// "kept".
const char* fate_rule(Fate fate);

/// Of each record, by number. 4 bytes a record beside the clusters'.
struct Placement {
  std::vector<Fate> fate;
  std::vector<Split> split;
  std::vector<std::uint16_t> copies;  ///< in the train split; 1 but for sources of a weight above it
  /// Which record of a cluster stays, by the cluster's first, where it is not that one.
  std::unordered_map<std::uint32_t, std::uint32_t> stays;

  /// The record that stays in the place of a duplicate.
  std::uint32_t kept_instead(std::uint32_t cluster) const;
};

/// Keeps one record of each cluster, then samples, balances, mixes and splits, in that order. Decided by content and
/// seeds alone: not by threads, nor by the order of inputs (but for ties).
/// @throws ConfigError  for a `mix` that does not name the recipe's sources
Placement place_records(const Corpus& corpus, const Clusters& clusters, const PrepareRecipe& recipe,
                        const StepStore& store);

/// The numbers of the records kept in a split, in the order in which they are written; a record of several copies comes
/// several times.
std::vector<std::uint32_t> ordered_records(const Corpus& corpus, const Placement& placement, const OrderSpec& order,
                                           Split split, const StepStore& store);

/// Calls `take(record, features)` for each record in order.
template <typename Take>
void for_each_features(const Corpus& corpus, const StepStore& store, Take take) {
  for (const StoredUnit& unit : corpus.units) {
    auto record = static_cast<std::uint32_t>(unit.first);
    for (const Features& features : open_stored_features(store, unit).records()) take(record++, features);
  }
}

}  // namespace llmops::data
