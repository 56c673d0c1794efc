#include "data/select/placement.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "core/error.h"

namespace llmops::data {
namespace {

// Different uses of one content must not agree: the half that is sampled would else be the half that is split off.
enum class Use : std::uint64_t { kWeight = 0x57, kSample = 0x53, kBalance = 0x42, kMix = 0x4D, kOrder = 0x4F };

double chance(const Features& features, std::uint64_t seed, Use use) {
  return content_place(features.content, (seed << 8) + static_cast<std::uint64_t>(use));
}

struct Candidate {
  double chance;
  std::uint32_t record;
  std::uint32_t words;
  bool operator<(const Candidate& other) const {
    return std::tie(chance, record) < std::tie(other.chance, other.record);
  }
};

class Placer {
 public:
  Placer(const Corpus& corpus, const Clusters& clusters, const PrepareRecipe& recipe, const StepStore& store)
      : corpus_(corpus), clusters_(clusters), recipe_(recipe), store_(store) {
    const std::size_t records = corpus.total.records;
    placed_.fate.resize(records, Fate::kKept);
    placed_.split.resize(records, Split::kTrain);
    placed_.copies.resize(records, 1);
  }

  Placement place() {
    keep_one();
    weigh();
    sample();
    balance();
    mix();
    split();
    return std::move(placed_);
  }

 private:
  template <typename Take>
  void for_each_kept(Take take) {
    for_each_features(corpus_, store_, [&](std::uint32_t record, const Features& features) {
      if (placed_.fate[record] == Fate::kKept) take(record, features);
    });
  }

  void keep_one() {
    const DedupSpec& dedup = recipe_.dedup;
    if (dedup.keep == Keep::kAll) return;
    if (dedup.keep != Keep::kFirst) choose_best();
    for (std::uint32_t i = 0; i < placed_.fate.size(); ++i) {
      const std::uint32_t stays = placed_.kept_instead(clusters_.first[i]);
      if (stays == i) continue;
      // A record that gave way to a longer or better one is no copy of it, word for word.
      const bool near = clusters_.near.empty() || clusters_.near[i] == clusters_.near[stays];
      const bool equal = dedup.exact && near && clusters_.equal[i] && stays == clusters_.first[i];
      placed_.fate[i] = equal ? Fate::kEqual : near ? Fate::kNear : Fate::kAlike;
    }
  }

  void choose_best() {
    std::vector<bool> several(placed_.fate.size());
    for (std::uint32_t i = 0; i < several.size(); ++i) {
      if (clusters_.first[i] != i) several[i] = several[clusters_.first[i]] = true;
    }
    std::unordered_map<std::uint32_t, std::pair<double, std::uint32_t>> best;
    for_each_kept([&](std::uint32_t record, const Features& features) {
      if (!several[record]) return;
      const double value = recipe_.dedup.keep == Keep::kLongest ? features.chars : features.score;
      const auto [entry, added] = best.emplace(clusters_.first[record], std::pair{value, record});
      if (!added && value > entry->second.first) entry->second = {value, record};
    });
    for (const auto& [first, chosen] : best) {
      if (chosen.second != first) placed_.stays[first] = chosen.second;
    }
  }

  // A weight of 2.5 takes a record twice, and half of them once more; one of 0.5 takes half of them.
  void weigh() {
    const auto& inputs = recipe_.inputs;
    if (std::all_of(inputs.begin(), inputs.end(), [](const InputSpec& input) { return input.weight == 1; })) return;
    for_each_kept([&](std::uint32_t record, const Features& features) {
      const double weight = inputs[features.source].weight, whole = std::floor(weight);
      const bool once_more = chance(features, recipe_.select.sample.seed, Use::kWeight) < weight - whole;
      const int copies = static_cast<int>(whole) + (once_more ? 1 : 0);
      placed_.copies[record] = static_cast<std::uint16_t>(std::max(copies, 1));
      if (copies == 0) placed_.fate[record] = Fate::kNotSampled;
    });
  }

  void sample() {
    const SampleSpec& spec = recipe_.select.sample;
    if (spec.share >= 1 && spec.records == 0) return;
    std::vector<Candidate> candidates;
    for_each_kept([&](std::uint32_t record, const Features& features) {
      candidates.push_back({chance(features, spec.seed, Use::kSample), record, 0});
    });
    std::sort(candidates.begin(), candidates.end());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      const bool within = candidates[i].chance < spec.share && (spec.records == 0 || i < spec.records);
      if (!within) placed_.fate[candidates[i].record] = Fate::kNotSampled;
    }
  }

  void balance() {
    const BalanceSpec& spec = recipe_.select.balance;
    if (spec.field.empty()) return;
    std::map<std::uint64_t, std::vector<Candidate>> groups;
    for_each_kept([&](std::uint32_t record, const Features& features) {
      groups[features.group].push_back({chance(features, recipe_.select.sample.seed, Use::kBalance), record, 0});
    });
    std::uint64_t most = spec.records;
    if (most == 0) {
      most = std::numeric_limits<std::uint64_t>::max();
      for (const auto& [value, members] : groups) most = std::min<std::uint64_t>(most, members.size());
    }
    for (auto& [value, members] : groups) {
      std::sort(members.begin(), members.end());
      for (std::size_t i = most; i < members.size(); ++i) placed_.fate[members[i].record] = Fate::kUnbalanced;
    }
  }

  // The most records whose words have the shares that are asked for.
  void mix() {
    const auto& shares = recipe_.select.mix;
    if (shares.empty()) return;
    std::map<std::string, std::vector<Candidate>> sources;
    std::map<std::string, double> words;
    for (const InputSpec& input : recipe_.inputs) sources[input.source()];
    for (const auto& [source, share] : shares) {
      if (sources.count(source) == 0) throw ConfigError("'mix' names '" + source + "', which no input is called");
    }
    for_each_kept([&](std::uint32_t record, const Features& features) {
      const std::string& source = recipe_.inputs[features.source].source();
      sources[source].push_back({chance(features, recipe_.select.sample.seed, Use::kMix), record, features.words});
      words[source] += static_cast<double>(features.words) * placed_.copies[record];
    });
    double scale = std::numeric_limits<double>::infinity();
    for (const auto& [source, share] : shares) scale = std::min(scale, words[source] / share);
    for (auto& [source, members] : sources) {
      const auto share = shares.find(source);
      take_words(members, share == shares.end() ? 0 : share->second * scale);
    }
  }

  void take_words(std::vector<Candidate>& members, double most) {
    std::sort(members.begin(), members.end());
    double taken = 0;
    for (const Candidate& member : members) {
      taken += static_cast<double>(member.words) * placed_.copies[member.record];
      if (taken > most * (1 + 1e-9)) placed_.fate[member.record] = Fate::kUnmixed;
    }
  }

  // All of a cluster lie where its first record's content says, whether or not that one is kept.
  void split() {
    const SplitSpec& spec = recipe_.select.split;
    if (!spec.stratify.empty()) return split_strata();
    for_each_features(corpus_, store_, [&](std::uint32_t record, const Features& features) {
      const std::uint32_t first = clusters_.first[record];
      placed_.split[record] = first == record ? split_at(content_place(features.content, spec.seed), spec)
                                              : placed_.split[first];  // comes earlier
    });
  }

  // As split(), but each value of the field gives its share of clusters to each split, as near as whole clusters allow.
  void split_strata() {
    const SplitSpec& spec = recipe_.select.split;
    std::map<std::uint64_t, std::vector<Candidate>> strata;
    for_each_features(corpus_, store_, [&](std::uint32_t record, const Features& features) {
      if (clusters_.first[record] != record) return;
      if (placed_.fate[placed_.kept_instead(record)] != Fate::kKept) return;
      strata[features.stratum].push_back({content_place(features.content, spec.seed), record, 0});
    });
    for (auto& [value, members] : strata) {
      std::sort(members.begin(), members.end());
      const double count = static_cast<double>(members.size());
      for (std::size_t i = 0; i < members.size(); ++i) {
        placed_.split[members[i].record] = split_at((static_cast<double>(i) + 0.5) / count, spec);
      }
    }
    for (std::uint32_t i = 0; i < placed_.split.size(); ++i) placed_.split[i] = placed_.split[clusters_.first[i]];
  }

  const Corpus& corpus_;
  const Clusters& clusters_;
  const PrepareRecipe& recipe_;
  const StepStore& store_;
  Placement placed_;
};

}  // namespace

const char* fate_rule(Fate fate) {
  switch (fate) {
    case Fate::kKept: return "kept";
    case Fate::kEqual: return "exact_duplicate";
    case Fate::kNear: return "near_duplicate";
    case Fate::kAlike: return "semantic_duplicate";
    case Fate::kPartless: return "duplicate_parts";
    case Fate::kNotSampled: return "not_sampled";
    case Fate::kUnbalanced: return "balance";
    case Fate::kUnmixed: break;
  }
  return "mix";
}

std::uint32_t Placement::kept_instead(std::uint32_t cluster) const {
  const auto found = stays.find(cluster);
  return found == stays.end() ? cluster : found->second;
}

Placement place_records(const Corpus& corpus, const Clusters& clusters, const PrepareRecipe& recipe,
                        const StepStore& store) {
  return Placer(corpus, clusters, recipe, store).place();
}

std::vector<std::uint32_t> ordered_records(const Corpus& corpus, const Placement& placement, const OrderSpec& order,
                                           Split split, const StepStore& store) {
  struct Keyed {
    double key;
    std::uint32_t record;
  };
  std::vector<Keyed> chosen;
  for_each_features(corpus, store, [&](std::uint32_t record, const Features& features) {
    if (placement.fate[record] != Fate::kKept || placement.split[record] != split) return;
    double key = features.order;
    if (order.by == "input") key = 0;
    if (order.by == "length") key = features.chars;
    if (order.by == "shuffle") key = chance(features, order.seed, Use::kOrder);
    const int copies = split == Split::kTrain ? placement.copies[record] : 1;
    for (int copy = 0; copy < copies; ++copy) chosen.push_back({key, record});
  });
  std::stable_sort(chosen.begin(), chosen.end(),
                   [&](const Keyed& a, const Keyed& b) { return order.descending ? a.key > b.key : a.key < b.key; });
  std::vector<std::uint32_t> records;
  records.reserve(chosen.size());
  for (const Keyed& entry : chosen) records.push_back(entry.record);
  return records;
}

}  // namespace llmops::data
