#include "data/explore/field_counts.h"

#include <algorithm>

#include "data/record.h"

namespace llmops::data::explore {
namespace {

constexpr std::size_t kLongestValue = 200;  // bytes; longer ones are texts, not classes

}  // namespace

void FieldCounts::add(const RecordView& record) {
  ++records_;
  for (const JsonField& field : record.fields) {
    auto found = fields_.find(field.key);
    if (found == fields_.end()) {
      if (fields_.size() >= kMostFields) {
        ++others_;
        continue;
      }
      found = fields_.emplace(std::string(field.key), Field{}).first;
    }
    ++found->second.records;
    found->second.empty += field.empty();
    ++found->second.kinds[static_cast<std::size_t>(field.kind)];
  }
}

void FieldCounts::merge(const FieldCounts& other) {
  records_ += other.records_;
  others_ += other.others_;
  for (const auto& [name, field] : other.fields_) {
    if (fields_.size() >= kMostFields && !fields_.contains(name)) {
      others_ += field.records;
      continue;
    }
    Field& mine = fields_[name];
    mine.records += field.records;
    mine.empty += field.empty;
    for (std::size_t kind = 0; kind < mine.kinds.size(); ++kind) mine.kinds[kind] += field.kinds[kind];
  }
}

Json FieldCounts::json() const {
  Json json = Json::object();
  for (const auto& [name, field] : fields_) {
    Json kinds = Json::object();
    for (std::size_t kind = 0; kind < field.kinds.size(); ++kind) {
      if (field.kinds[kind] > 0) kinds[json_kind_name(static_cast<JsonKind>(kind))] = field.kinds[kind];
    }
    json[name] = {{"records", field.records},
                  {"missing", records_ - std::min(records_, field.records)},
                  {"empty", field.empty},
                  {"kinds", std::move(kinds)}};
  }
  return json;
}

void Sizes::add(const Sizes& other) {
  records += other.records;
  bytes += other.bytes;
  characters += other.characters;
  words += other.words;
}

Json Sizes::json() const {
  return {{"records", records}, {"bytes", bytes}, {"characters", characters}, {"words", words}};
}

Sizes& Breakdown::of(std::string_view value) {
  value = cut_text(value, kLongestValue);
  const auto found = values_.find(value);
  if (found != values_.end()) return found->second;
  return values_[values_.size() < kMostValues ? std::string(value) : kOther];
}

void Breakdown::add(const RecordView& record, const Sizes& sizes) {
  const JsonField* field = find_field(record.fields, field_);
  if (field == nullptr || field->empty()) {
    of(kNone).add(sizes);
  } else {
    field->escaped ? of(field_text(*field)).add(sizes) : of(field->raw).add(sizes);
  }
}

void Breakdown::merge(const Breakdown& other) {
  for (const auto& [value, sizes] : other.values_) of(value).add(sizes);
}

bool Breakdown::present() const {
  return std::any_of(values_.begin(), values_.end(), [](const auto& entry) { return entry.first != kNone; });
}

std::vector<std::pair<std::string, Sizes>> Breakdown::by_records() const {
  std::vector<std::pair<std::string, Sizes>> list(values_.begin(), values_.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second.records > b.second.records; });
  return list;
}

Json Breakdown::json() const {
  Json json = Json::object();
  for (const auto& [value, sizes] : by_records()) json[value] = sizes.json();
  return json;
}

}  // namespace llmops::data::explore
