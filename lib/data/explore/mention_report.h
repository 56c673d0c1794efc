// What the counts of mentions mean: shares, ratios with their uncertainty, and associated words.
#pragma once

#include <string>
#include <vector>

#include "core/json.h"
#include "data/explore/mentions.h"

namespace llmops::data::explore {

struct AssociatedWord {
  std::string word;
  std::uint64_t sentences = 0;  ///< that hold both the word and a mention
  double pmi = 0;               ///< log2 of how much more often than if they were independent
};

struct GroupReport {
  std::string axis, name;
  std::uint64_t mentions = 0, records = 0;
  double share = 0;                      ///< of the mentions of its axis
  double record_share = 0;               ///< of all records
  bool reference = false;                ///< the most mentioned of its axis, which the ratios are to
  double ratio = 0;                      ///< mentions to the reference's; 0 without mentions
  double ratio_low = 0, ratio_high = 0;  ///< 95 % confidence; 0 and 0 where too few records mention it
  std::vector<AssociatedWord> words;     ///< the most surely associated first
};

struct MentionReport {
  std::uint64_t sentences = 0;
  std::uint64_t min_support = 0;    ///< sentences that an associated word shares with the group at least
  std::vector<GroupReport> groups;  ///< those of all_groups() whose axis is mentioned

  Json json() const;
};

struct MentionSpec {
  std::uint64_t min_support = 5;
  std::size_t words = 8;  ///< associated words a group
};

/// Words stand by the lower end of their PMI's 95 % interval, which rare words do not win by chance.
/// PMI = log2(c(group, word) * sentences / (c(group) * c(word))), all counts of sentences. The interval of a ratio
/// takes records, not mentions, as independent (the delta method on the logarithm of a ratio of sums): mentions come in
/// runs.
/// @param words  of the same texts
MentionReport report_mentions(const MentionCounts& counts, const WordCounts& words, const MentionSpec& spec);

}  // namespace llmops::data::explore
