#include "data/explore/duplicate_table.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace llmops::data::explore {

DuplicateTable::Entry& DuplicateTable::slot(std::uint64_t hash) {
  const std::size_t mask = entries_.size() - 1;
  std::size_t at = hash & mask;
  while (entries_[at].count != 0 && entries_[at].hash != hash) at = (at + 1) & mask;
  return entries_[at];
}

void DuplicateTable::grow() {
  std::vector<Entry> old(entries_.size() * 2);
  old.swap(entries_);
  for (const Entry& entry : old) {
    if (entry.count > 0) slot(entry.hash) = entry;
  }
}

std::uint64_t DuplicateTable::add(std::uint64_t hash, Place place) {
  if (4 * (size_ + 1) > 3 * entries_.size()) grow();
  Entry& entry = slot(hash);
  if (entry.count == 0) {
    entry = {hash, place, 0};
    ++size_;
  }
  return entry.count++;
}

std::vector<DuplicateTable::Entry> DuplicateTable::most_repeated(std::size_t most) const {
  std::vector<Entry> repeated;
  for (const Entry& entry : entries_) {
    if (entry.count > 1) repeated.push_back(entry);
  }
  std::sort(repeated.begin(), repeated.end(), [](const Entry& a, const Entry& b) {
    if (a.count != b.count) return a.count > b.count;
    return std::pair(std::uint64_t{a.first.file}, std::uint64_t{a.first.offset}) <
           std::pair(std::uint64_t{b.first.file}, std::uint64_t{b.first.offset});
  });
  if (repeated.size() > most) repeated.resize(most);
  return repeated;
}

std::vector<std::pair<std::uint64_t, std::uint64_t>> DuplicateTable::by_count() const {
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const Entry& entry : entries_) {
    if (entry.count > 0) ++counts[entry.count];
  }
  return {counts.begin(), counts.end()};
}

}  // namespace llmops::data::explore
