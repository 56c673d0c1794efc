#include "data/explore/stats_shard.h"

#include "core/hash.h"
#include "text/utf8.h"

namespace llmops::data::explore {

std::uint64_t content_hash(const RecordView& record) {
  std::uint64_t hash = 0;
  for (const TextPart& part : record.parts) hash = xxh3_64(part.text, hash);
  return hash;
}

StatsShard::StatsShard(const DatasetFiles& dataset, const StatsSpec& spec)
    : files(dataset.files.size()), text(spec.capacity) {
  breakdowns.emplace_back("source");
  breakdowns.emplace_back("language");
  if (!spec.by.empty() && spec.by != "source" && spec.by != "language") breakdowns.emplace_back(spec.by);
}

void StatsShard::add(std::size_t file, const LineBlock& block) {
  for_each_line(block, [&](std::string_view line, std::uint64_t number, std::uint64_t offset) {
    if (reader_.read(line)) return add_record(file, offset);
    ++bad_lines;
    if (!first_bad) first_bad.emplace(file, number);
  });
}

void StatsShard::add_record(std::size_t file, std::uint64_t offset) {
  const RecordView& record = reader_.view();
  Sizes sizes{1};
  part_words_.clear();
  for (const TextPart& part : record.parts) {
    const std::uint64_t count = text.add_text(part.text);
    const std::uint64_t length = text::utf8_length(part.text);
    part_words_.push_back(count);
    sizes.words += count;
    sizes.bytes += part.text.size();
    sizes.characters += length;
    if (record.shape != RecordShape::kConversation) continue;
    auto role = roles.find(part.role);
    if (role == roles.end() && roles.size() < FieldCounts::kMostFields)
      role = roles.emplace(std::string(part.role), RoleCounts{}).first;
    if (role == roles.end()) continue;
    ++role->second.turns;
    role->second.words += count;
    role->second.characters += length;
  }
  text.end_record();
  if (record.shape == RecordShape::kConversation) turns.add(record.parts.size());
  if (record.shape == RecordShape::kPair) add_pair(part_words_);
  ++shapes[static_cast<std::size_t>(record.shape)];
  words.add(sizes.words);
  characters.add(sizes.characters);
  bytes.add(sizes.bytes);
  fields.add(record);
  for (Breakdown& breakdown : breakdowns) breakdown.add(record, sizes);
  files[file].add(sizes);
  seen.push_back({content_hash(record), sizes.bytes, {file, offset}});
}

void StatsShard::add_pair(const std::vector<std::uint64_t>& part_words) {
  std::uint64_t chosen = 0, rejected = 0;
  for (std::size_t i = 0; i < part_words.size(); ++i) {
    const std::string_view role = reader_.view().parts[i].role;
    if (role == "chosen") chosen += part_words[i];
    if (role == "rejected") rejected += part_words[i];
  }
  ++pairs.pairs;
  pairs.chosen_longer += chosen > rejected;
  pairs.rejected_longer += rejected > chosen;
  pairs.chosen.add(chosen);
  pairs.rejected.add(rejected);
}

void StatsShard::merge(const StatsShard& other) {
  bad_lines += other.bad_lines;
  if (other.first_bad && (!first_bad || *other.first_bad < *first_bad)) first_bad = other.first_bad;
  for (std::size_t i = 0; i < files.size(); ++i) files[i].add(other.files[i]);
  for (std::size_t i = 0; i < shapes.size(); ++i) shapes[i] += other.shapes[i];
  words.merge(other.words);
  characters.merge(other.characters);
  bytes.merge(other.bytes);
  turns.merge(other.turns);
  fields.merge(other.fields);
  for (std::size_t i = 0; i < breakdowns.size(); ++i) breakdowns[i].merge(other.breakdowns[i]);
  for (const auto& [name, counts] : other.roles) {
    RoleCounts& mine = roles[name];
    mine.turns += counts.turns;
    mine.words += counts.words;
    mine.characters += counts.characters;
  }
  pairs.pairs += other.pairs.pairs;
  pairs.chosen_longer += other.pairs.chosen_longer;
  pairs.rejected_longer += other.pairs.rejected_longer;
  pairs.chosen.merge(other.pairs.chosen);
  pairs.rejected.merge(other.pairs.rejected);
  text.merge(other.text);
}

}  // namespace llmops::data::explore
