// Mentions of groups of people while words go by, and what stands in the same sentences.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "data/explore/frequent_items.h"
#include "data/explore/groups.h"
#include "data/explore/vocabulary.h"

namespace llmops::data::explore {

/// Counts of all groups. Call word() and end_sentence() as a record is scanned, end_record() behind it.
class MentionCounts {
 public:
  MentionCounts();

  void word(std::uint64_t hash) {
    sentence_.push_back(hash);
    // Few words are terms: one load of a small table tells.
    if (may_be_term(hash)) take_term(hash);
    if (const std::uint64_t pair = pair_hash(previous_, hash); may_be_term(pair)) take_term(pair);
    previous_ = hash;
  }
  void end_sentence();
  void end_record();
  void merge(const MentionCounts& other);

  std::uint64_t sentences() const { return sentences_; }  ///< with a word in them
  std::uint64_t records() const { return records_; }
  std::uint64_t mentions(std::size_t group) const { return groups_[group].mentions; }
  std::uint64_t records(std::size_t group) const { return groups_[group].records; }
  std::uint64_t sentences(std::size_t group) const { return groups_[group].sentences; }
  std::uint64_t products(std::size_t a, std::size_t b) const { return products_[a * groups_.size() + b]; }
  /// The sentences that hold both a mention of `group` and a word: body(word hash, count). Counts that were forgotten
  /// (FrequentItems) are missing.
  template <typename Body>
  void for_each_neighbour(std::size_t group, Body body) const {
    groups_[group].neighbours.for_each([&](const auto& item) { body(item.key.word, item.count); });
  }
  /// Whether a word is a term of the group, or part of one.
  bool is_term_part(std::size_t group, std::uint64_t word) const;

 private:
  struct Nothing {};
  struct Counts {
    std::uint64_t mentions = 0, records = 0, sentences = 0;
    std::uint64_t in_record = 0;
    FrequentItems<WordKey, Nothing> neighbours{kNeighbours};
  };
  struct Term {
    std::uint64_t hash = 0;
    std::size_t group = 0;
  };
  static constexpr std::size_t kNeighbours = std::size_t{1} << 14;
  static constexpr int kTableBits = 13;

  static std::uint64_t pair_hash(std::uint64_t first, std::uint64_t second) {
    return (first * 0x9E3779B97F4A7C15ULL ^ second) * 0xC2B2AE3D27D4EB4FULL;
  }
  bool may_be_term(std::uint64_t hash) const { return table_[hash >> (64 - kTableBits)] != 0; }
  void add_term(std::string_view term, std::size_t group);
  void take_term(std::uint64_t hash);

  std::array<std::uint8_t, std::size_t{1} << kTableBits> table_{};  ///< 1 where a term's hash begins so
  std::vector<Term> terms_;                                         ///< by hash
  std::vector<std::vector<std::uint64_t>> parts_;                   ///< of each group's terms, sorted
  std::vector<Counts> groups_;
  std::vector<std::uint64_t> products_;  ///< sum over records of mentions of one group times those of another
  std::vector<std::uint64_t> sentence_;  ///< the words of this one
  std::vector<std::size_t> in_sentence_, in_record_;  ///< groups, each once
  std::uint64_t previous_ = 0;
  std::uint64_t sentences_ = 0, records_ = 0;
};

}  // namespace llmops::data::explore
