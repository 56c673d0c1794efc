#include "data/write/final_records.h"

#include <algorithm>
#include <tuple>

#include "data/select/placement.h"
#include "data/store/external_sort.h"

namespace llmops::data {
namespace {

struct ById {
  Hash128 id;
  std::uint32_t record;
  bool operator<(const ById& other) const { return std::tie(id, record) < std::tie(other.id, other.record); }
};

std::string numbered(const std::string& id, std::uint32_t suffix) { return id + "#" + std::to_string(suffix); }

}  // namespace

FinalRecords::FinalRecords(const Corpus& corpus, const PrepareRecipe& recipe, const Workplace& workplace,
                           const RepeatedParts* parts)
    : corpus_(corpus), store_(workplace.folder), reader_(corpus, store_), parts_(parts) {
  // Ids made of file and line are unique as they are.
  const bool own_ids = std::any_of(recipe.inputs.begin(), recipe.inputs.end(),
                                   [](const InputSpec& input) { return !input.id_field.empty(); });
  if (own_ids) number_equal_ids(workplace);
}

// Two records may carry one id (the same export read twice, say); later ones get "#2", "#3". Where the input has such
// an id itself, the number grows until it is free.
void FinalRecords::number_equal_ids(const Workplace& workplace) {
  ExternalSorter<ById> sorter(workplace.folder, workplace.memory / 4);
  for_each_features(corpus_, store_,
                    [&](std::uint32_t record, const Features& features) { sorter.add({features.id, record}); });
  ById first{};
  std::uint32_t suffix = 0;
  sorter.drain([&](const ById& entry) {
    suffix = suffix > 0 && entry.id == first.id ? suffix + 1 : 1;
    if (suffix == 1) first = entry;
    if (suffix > 1) suffixes_[entry.record] = suffix;
  });
  for (bool clash = !suffixes_.empty(); clash;) {
    clash = false;
    std::unordered_map<std::uint64_t, std::uint32_t> made;
    for (const auto& [record, number] : suffixes_) made[xxh3_128(numbered(reader_.id(record), number)).low] = record;
    for_each_features(corpus_, store_, [&](std::uint32_t, const Features& features) {
      const auto found = made.find(features.id.low);
      if (found == made.end()) return;
      suffixes_[found->second] += static_cast<std::uint32_t>(suffixes_.size());  // past all numbers given out
      clash = true;
    });
  }
}

std::string FinalRecords::id(std::uint32_t record) {
  const auto suffix = suffixes_.find(record);
  return suffix == suffixes_.end() ? reader_.id(record) : numbered(reader_.id(record), suffix->second);
}

std::string FinalRecords::json(std::uint32_t record) {
  std::string json = reader_.json(record);
  const auto suffix = suffixes_.find(record);
  const bool shorter = parts_ != nullptr && parts_->any(record);
  if (suffix == suffixes_.end() && !shorter) return json;
  Record changed = Record::from_json(parse_json(json, "segment"));
  if (suffix != suffixes_.end()) changed.id = numbered(changed.id, suffix->second);
  if (shorter) changed.text = parts_->without(record, changed.text);
  return changed.json_text();
}

}  // namespace llmops::data
