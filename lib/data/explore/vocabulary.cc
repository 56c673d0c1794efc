#include "data/explore/vocabulary.h"

#include <algorithm>
#include <functional>

#include "core/hash.h"

namespace llmops::data::explore {
namespace {

void keep_top(std::vector<CountedText>& items, std::size_t most) {
  const auto before = [](const CountedText& a, const CountedText& b) {
    return a.count != b.count ? a.count > b.count : a.text < b.text;
  };
  const auto end = items.begin() + static_cast<std::ptrdiff_t>(std::min(most, items.size()));
  std::partial_sort(items.begin(), end, items.end(), before);
  items.erase(end, items.end());
}

}  // namespace

std::uint64_t word_hash(std::string_view word) { return xxh3_64(word) | 1; }  // 0 means none

WordCounts::Items::Item& WordCounts::held(std::string_view word, std::uint64_t hash, std::uint64_t count) {
  const int purges = items_.purges();
  Items::Item* item = &items_.add({hash}, count);
  if (item->count != count || item->extra.length != 0) return *item;
  if (items_.purges() != purges) drop_unused_texts();
  distinct_.add(hash);
  item->extra.begin = static_cast<std::uint32_t>(texts_.size());
  item->extra.length = static_cast<std::uint32_t>(word.size());
  texts_ += word;
  return *item;
}

void WordCounts::drop_unused_texts() {
  std::string kept;
  items_.for_each([&](Items::Item& item) {
    const std::string_view text = text_of(item.extra);
    item.extra.begin = static_cast<std::uint32_t>(kept.size());
    kept += text;
  });
  texts_.swap(kept);
}

void WordCounts::add(std::string_view word, std::uint64_t hash, std::uint32_t sentence) {
  Extra& extra = held(word, hash, 1).extra;
  extra.sentences += extra.last_sentence != sentence;
  extra.last_sentence = sentence;
  ++tokens_;
}

void WordCounts::merge(const WordCounts& other) {
  items_.add_error(other.items_);
  other.items_.for_each([&](const Items::Item& item) {
    held(other.text_of(item.extra), item.key.word, item.count).extra.sentences += item.extra.sentences;
  });
  distinct_.merge(other.distinct_);
  tokens_ += other.tokens_;
}

std::uint64_t WordCounts::count(std::uint64_t word) const {
  const auto* item = items_.find({word});
  return item == nullptr ? 0 : item->count;
}

std::uint64_t WordCounts::sentences(std::uint64_t word) const {
  const auto* item = items_.find({word});
  return item == nullptr ? 0 : item->extra.sentences;
}

std::string_view WordCounts::text(std::uint64_t word) const {
  const auto* item = items_.find({word});
  return item == nullptr ? std::string_view() : text_of(item->extra);
}

std::uint64_t WordCounts::vocabulary() const {
  return exact() ? items_.size() : static_cast<std::uint64_t>(distinct_.estimate());
}

std::vector<CountedText> WordCounts::top(std::size_t most) const {
  std::vector<CountedText> words;
  words.reserve(items_.size());
  for_each(
      [&](std::uint64_t, std::string_view text, std::uint64_t count) { words.push_back({std::string(text), count}); });
  keep_top(words, most);
  return words;
}

void NgramCounts::finish() {
  for (Key& key : waiting_) {
    if (key.first != 0) items_.add(key);
    key = {};
  }
}

std::vector<CountedText> NgramCounts::top(std::size_t most, const WordCounts& words) const {
  // Only those that can be among the first need their text: the count of the last of them is the least that matters.
  std::vector<std::uint64_t> counts;
  items_.for_each([&](const auto& item) { counts.push_back(item.count); });
  std::uint64_t least = 0;
  if (counts.size() > most) {
    const auto nth = counts.begin() + static_cast<std::ptrdiff_t>(most);
    std::nth_element(counts.begin(), nth, counts.end(), std::greater<>());
    least = *nth;
  }
  std::vector<CountedText> runs;
  items_.for_each([&](const auto& item) {
    // So many with one count are of no interest, and would all be sorted.
    if (item.count < least || (item.count == least && runs.size() > 64 * most)) return;
    std::string text;
    for (const std::uint64_t word : {item.key.first, item.key.second, item.key.third}) {
      if (word == 0) continue;
      const std::string_view spelled = words.text(word);
      if (spelled.empty()) return;
      if (!text.empty()) text += ' ';
      text += spelled;
    }
    runs.push_back({std::move(text), item.count});
  });
  keep_top(runs, most);
  return runs;
}

}  // namespace llmops::data::explore
