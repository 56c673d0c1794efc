// `data stats --json`.
#include "data/explore/dataset_stats.h"

namespace llmops::data::explore {
namespace {

Json counted_json(const std::vector<CountedText>& items) {
  Json list = Json::array();
  for (const CountedText& item : items) list.push_back({{"text", item.text}, {"count", item.count}});
  return list;
}

Json duplicates_json(const DatasetStats& stats) {
  Json most = Json::array();
  for (const RepeatedText& text : stats.duplicates.most) {
    most.push_back({{"id", text.id}, {"file", text.place}, {"count", text.count}, {"beginning", text.beginning}});
  }
  const auto share = [](std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
  };
  return {{"records", stats.duplicates.records},   {"share", share(stats.duplicates.records, stats.total.records)},
          {"bytes", stats.duplicates.bytes},       {"byte_share", share(stats.duplicates.bytes, stats.total.bytes)},
          {"distinct", stats.duplicates.distinct}, {"most_repeated", std::move(most)}};
}

Json words_json(const DatasetStats& stats) {
  return {{"vocabulary", stats.vocabulary},
          {"vocabulary_exact", stats.vocabulary_exact},
          {"type_token_ratio", stats.type_token_ratio()},
          {"words", counted_json(stats.top[0])},
          {"pairs", counted_json(stats.top[1])},
          {"triples", counted_json(stats.top[2])},
          {"errors", stats.top_error}};
}

Json conversations_json(const DatasetStats& stats) {
  Json roles = Json::object();
  for (const auto& [role, counts] : stats.roles) {
    roles[role] = {{"turns", counts.turns}, {"words", counts.words}, {"characters", counts.characters}};
  }
  return {{"turns", stats.turns.json()}, {"roles", std::move(roles)}};
}

Json pairs_json(const PairLengths& pairs) {
  return {{"pairs", pairs.pairs},
          {"chosen_longer", pairs.chosen_longer},
          {"rejected_longer", pairs.rejected_longer},
          {"chosen_words", pairs.chosen.json()},
          {"rejected_words", pairs.rejected.json()}};
}

}  // namespace

Json DatasetStats::json() const {
  Json json = {{"name", name}, {"files", files}, {"file_bytes", file_bytes}};
  json.update(total.json());
  json["bad_lines"] = bad_lines;
  json["tokens"] = tokens;
  json["supervised_tokens"] = supervised;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    if (shapes[i] > 0) json["shapes"][record_shape_name(static_cast<RecordShape>(i))] = shapes[i];
  }
  for (const auto& [split, sizes] : splits) json["splits"][split] = sizes.json();
  json["lengths"] = {{"words", words.json()}, {"characters", characters.json()}, {"bytes", bytes.json()}};
  json["fields"] = fields.json();
  for (const Breakdown& breakdown : breakdowns) json["by"][breakdown.field()] = breakdown.json();
  json["duplicates"] = duplicates_json(*this);
  json["text"] = words_json(*this);
  if (turns.count() > 0) json["conversations"] = conversations_json(*this);
  if (pairs.pairs > 0) json["pairs"] = pairs_json(pairs);
  json["mentions"] = mentions.json();
  if (losses) json["lost"] = losses->json();
  if (clusters) json["clusters"] = clusters->json();
  return json;
}

}  // namespace llmops::data::explore
