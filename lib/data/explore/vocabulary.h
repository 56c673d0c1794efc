// Words and runs of words with their counts, in bounded memory.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/explore/distinct_count.h"
#include "data/explore/frequent_items.h"

namespace llmops::data::explore {

/// The hash that stands for a word everywhere here. (Two of a million words share one with a probability of 3e-8.)
std::uint64_t word_hash(std::string_view word);

struct CountedText {
  std::string text;
  std::uint64_t count = 0;
};

struct WordKey {
  std::uint64_t word = 0;
  std::uint64_t hash() const { return word; }
  bool operator==(const WordKey&) const = default;
};

/// Each word with its count and in how many sentences it stands.
class WordCounts {
 public:
  /// @param capacity  distinct words held exactly; of more, the frequent (FrequentItems)
  explicit WordCounts(std::size_t capacity) : items_(capacity) {}

  /// @param sentence  a number that differs from that of the sentence before; not 0
  void add(std::string_view word, std::uint64_t hash, std::uint32_t sentence);
  void merge(const WordCounts& other);

  std::uint64_t tokens() const { return tokens_; }
  std::uint64_t count(std::uint64_t word) const;
  std::uint64_t sentences(std::uint64_t word) const;
  /// "" where the word is not held.
  std::string_view text(std::uint64_t word) const;
  std::uint64_t error() const { return items_.error(); }
  /// Exact while nothing was forgotten, else DistinctCount's estimate.
  std::uint64_t vocabulary() const;
  bool exact() const { return items_.purges() == 0; }
  /// Descending; equal counts by the word.
  std::vector<CountedText> top(std::size_t most) const;
  /// body(hash, text, count)
  template <typename Body>
  void for_each(Body body) const {
    items_.for_each([&](const auto& item) { body(item.key.word, text_of(item.extra), item.count); });
  }

 private:
  struct Extra {
    std::uint32_t begin = 0;  ///< of its text in texts_
    std::uint32_t length = 0;
    std::uint32_t sentences = 0, last_sentence = 0;
  };
  using Items = FrequentItems<WordKey, Extra>;
  std::string_view text_of(const Extra& extra) const {
    return std::string_view(texts_).substr(extra.begin, extra.length);
  }
  Items::Item& held(std::string_view word, std::uint64_t hash, std::uint64_t count);
  void drop_unused_texts();

  Items items_;
  std::string texts_;
  DistinctCount distinct_;
  std::uint64_t tokens_ = 0;
};

/// Runs of two or three words, by the hashes of the words.
class NgramCounts {
 public:
  explicit NgramCounts(std::size_t capacity) : items_(capacity) {}
  /// @param third  0 in a run of two
  void add(std::uint64_t first, std::uint64_t second, std::uint64_t third = 0) {
    // The table is far larger than a cache: a run waits while its line is on its way.
    Key& place = waiting_[next_++ % waiting_.size()];
    if (place.first != 0) items_.add(place);
    place = {first, second, third};
    items_.prefetch(place);
  }
  /// Counts those that still wait. Call it before any of the following.
  void finish();
  void merge(const NgramCounts& other) { items_.merge(other.items_); }
  std::uint64_t error() const { return items_.error(); }
  /// Descending; equal counts by the text. A run of which a word is not held by `words` is left out.
  std::vector<CountedText> top(std::size_t most, const WordCounts& words) const;

 private:
  struct Key {
    std::uint64_t first = 0, second = 0, third = 0;
    std::uint64_t hash() const {
      const std::uint64_t h = ((first * 0x9E3779B97F4A7C15ULL ^ second) * 0x9E3779B97F4A7C15ULL ^ third);
      return h * 0x9E3779B97F4A7C15ULL >> 20;
    }
    bool operator==(const Key&) const = default;
  };
  struct Nothing {};
  FrequentItems<Key, Nothing> items_;
  std::array<Key, 16> waiting_{};
  std::size_t next_ = 0;
};

}  // namespace llmops::data::explore
