// Distinct words of a corpus and how often each occurs.
#include "text/training/word_counts.h"

#include "core/error.h"
#include "core/hash.h"

namespace llmops::text {

void WordCounts::add(std::string_view word, std::uint64_t count) {
  if (word.size() > UINT32_MAX || entries_.size() >= UINT32_MAX) throw InputError("too many distinct words to count");
  if (slots_.size() < 2 * (entries_.size() + 1)) grow();
  const std::uint64_t hash = xxh3_64(word);
  std::size_t slot = hash & (slots_.size() - 1);
  for (; slots_[slot] != 0; slot = (slot + 1) & (slots_.size() - 1)) {
    const std::size_t found = slots_[slot] - 1;
    if (entries_[found].hash == hash && this->word(found) == word) {
      entries_[found].count += count;
      return;
    }
  }
  entries_.push_back({hash, count, bytes_.size(), static_cast<std::uint32_t>(word.size())});
  bytes_.append(word);
  slots_[slot] = static_cast<std::uint32_t>(entries_.size());
}

void WordCounts::add_all(const WordCounts& other) {
  for (std::size_t i = 0; i < other.size(); ++i) add(other.word(i), other.count(i));
}

std::uint64_t WordCounts::total() const {
  std::uint64_t sum = 0;
  for (const Entry& entry : entries_) sum += entry.count;
  return sum;
}

void WordCounts::grow() {
  slots_.assign(slots_.empty() ? 1024 : 2 * slots_.size(), 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = entries_[i].hash & (slots_.size() - 1);
    while (slots_[slot] != 0) slot = (slot + 1) & (slots_.size() - 1);
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace llmops::text
