#include "data/explore/loss_account.h"

#include <algorithm>
#include <charconv>

#include "core/hash.h"
#include "data/explore/json_scan.h"
#include "data/explore/line_blocks.h"
#include "data/explore/reservoir.h"

namespace llmops::data::explore {
namespace {

std::string text_of(const std::vector<JsonField>& fields, std::string_view name) {
  const JsonField* field = find_field(fields, name);
  return field == nullptr || field->kind != JsonKind::kString ? "" : field_text(*field);
}

std::uint64_t number_of(const std::vector<JsonField>& fields, std::string_view name) {
  const JsonField* field = find_field(fields, name);
  std::uint64_t number = 0;
  if (field != nullptr) std::from_chars(field->raw.data(), field->raw.data() + field->raw.size(), number);
  return number;
}

}  // namespace

LossAccount read_losses(const std::filesystem::path& rejects, std::size_t examples, std::uint64_t seed) {
  std::map<std::pair<std::string, std::string>, Reservoir<LostExample>> rules;
  LossAccount account;
  std::vector<JsonField> fields;
  LineBlocks blocks(rejects);
  for (LineBlock block; blocks.next(block);) {
    for_each_line(block, [&](std::string_view line, std::uint64_t, std::uint64_t) {
      if (!scan_object(line, fields)) return;
      const std::pair key(text_of(fields, "outcome"), text_of(fields, "rule"));
      // A stream of its own for each rule, so that one does not depend on how many others there are.
      auto found = rules.find(key);
      if (found == rules.end())
        found = rules.emplace(key, Reservoir<LostExample>(examples, seed ^ xxh3_64(key.second))).first;
      found->second.offer(
          [&] { return LostExample{text_of(fields, "path"), number_of(fields, "line"), text_of(fields, "value")}; });
      ++account.records;
    });
  }
  for (auto& [key, sample] : rules) account.rules.push_back({key.first, key.second, sample.seen(), sample.take()});
  std::stable_sort(account.rules.begin(), account.rules.end(),
                   [](const LostRule& a, const LostRule& b) { return a.records > b.records; });
  return account;
}

ClusterAccount read_clusters(const std::filesystem::path& clusters, std::size_t largest) {
  ClusterAccount account;
  std::vector<JsonField> fields, others;
  LineBlocks blocks(clusters);
  for (LineBlock block; blocks.next(block);) {
    for_each_line(block, [&](std::string_view line, std::uint64_t, std::uint64_t) {
      if (!scan_object(line, fields)) return;
      const JsonField* list = find_field(fields, "others");
      if (list == nullptr || list->kind != JsonKind::kArray || !scan_list(list->raw, others)) return;
      const std::uint64_t size = others.size() + 1;
      account.sizes.add(size);
      auto& top = account.largest;
      if (top.size() == largest && (top.empty() || top.back().second >= size)) return;
      const auto place = std::upper_bound(top.begin(), top.end(), size,
                                          [](std::uint64_t value, const auto& entry) { return value > entry.second; });
      top.insert(place, {text_of(fields, "first"), size});
      if (top.size() > largest) top.pop_back();
    });
  }
  return account;
}

Json LossAccount::json() const {
  Json list = Json::array();
  for (const LostRule& rule : rules) {
    Json shown = Json::array();
    for (const LostExample& example : rule.examples) {
      shown.push_back({{"path", example.path}, {"line", example.line}, {"value", example.value}});
    }
    list.push_back(
        {{"outcome", rule.outcome}, {"rule", rule.rule}, {"records", rule.records}, {"examples", std::move(shown)}});
  }
  return {{"records", records}, {"rules", std::move(list)}};
}

Json ClusterAccount::json() const {
  Json list = Json::array();
  for (const auto& [id, size] : largest) list.push_back({{"first", id}, {"records", size}});
  return {{"clusters", sizes.count()}, {"sizes", sizes.json()}, {"largest", std::move(list)}};
}

}  // namespace llmops::data::explore
