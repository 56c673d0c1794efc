// Distinct words of a corpus and how often each occurs: what merges are learnt from, whatever the corpus's size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::text {

/// By open addressing, with all words in one string.
class WordCounts {
 public:
  /// @throws InputError  for a word of 4 GiB or more
  void add(std::string_view word, std::uint64_t count = 1);
  void add_all(const WordCounts& other);

  std::size_t size() const { return entries_.size(); }  ///< distinct words
  std::string_view word(std::size_t i) const { return {bytes_.data() + entries_[i].begin, entries_[i].length}; }
  std::uint64_t count(std::size_t i) const { return entries_[i].count; }
  std::uint64_t total() const;  ///< words, each as often as it occurs

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint64_t count = 0;
    std::size_t begin = 0;
    std::uint32_t length = 0;
  };
  void grow();

  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // entry + 1; 0 is empty
};

}  // namespace llmops::text
