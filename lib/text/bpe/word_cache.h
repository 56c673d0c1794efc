// Words met lately and their tokens: most words of a text are few and come again and again.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "text/bpe/merge_table.h"

namespace llmops::text {

/// Of one thread and shared by all models; each word has one place, which the next word with that place takes over.
class WordCache {
 public:
  static constexpr std::size_t kLongestWord = 24;  // bytes
  static constexpr std::size_t kMostTokens = 6;

  /// A word in registers: its bytes, then zeros. Two words are equal when their keys are.
  struct Key {
    std::uint64_t parts[3] = {};
    std::uint32_t length = 0;
    bool operator==(const Key&) const = default;
  };

  struct Entry {
    Key key;
    std::uint32_t model = 0;  // 0: empty
    std::uint8_t count = 0;
    std::array<std::uint8_t, kMostTokens> ends{};  // of the tokens, in bytes of the word
    std::array<TokenId, kMostTokens> ids{};
  };

  /// This thread's.
  static WordCache& of_thread();

  /// @param readable  bytes that may be read from the word's beginning on, at least its size
  /// @pre word.size() is 1 to kLongestWord
  static Key key_of(std::string_view word, std::size_t readable);

  /// The place of a word, whoever's it is now.
  Entry& place(const Key& key, std::uint32_t model) { return entries_[slot_of(key, model)]; }
  static bool holds(const Entry& entry, const Key& key, std::uint32_t model) {
    return entry.key == key && entry.model == model;
  }
  /// Puts a word in its place, unless its tokens are too many or leave out a part of it.
  static void keep(Entry& entry, const Key& key, std::uint32_t model, std::span<const Symbol> symbols);

 private:
  // 1 MiB a thread: more words would no longer be at hand in the processor's second-level cache.
  static constexpr std::size_t kEntries = std::size_t{1} << 14;
  static std::size_t slot_of(const Key& key, std::uint32_t model);

  std::vector<Entry> entries_ = std::vector<Entry>(kEntries);
};

}  // namespace llmops::text
