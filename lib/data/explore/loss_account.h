// What a dataset lost and what it holds near copies of: the account in rejects.jsonl and clusters.jsonl.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/json.h"
#include "data/explore/length_counts.h"

namespace llmops::data::explore {

struct LostExample {
  std::string path;
  std::uint64_t line = 0;
  std::string value;
};

struct LostRule {
  std::string outcome, rule;
  std::uint64_t records = 0;
  std::vector<LostExample> examples;  ///< drawn evenly from all, in the order of the file
};

struct LossAccount {
  std::vector<LostRule> rules;  ///< most records first
  std::uint64_t records = 0;
  Json json() const;
};

struct ClusterAccount {
  LengthCounts sizes;                                          ///< of clusters of two and more
  std::vector<std::pair<std::string, std::uint64_t>> largest;  ///< id of the first record, size
  Json json() const;
};

/// @param examples  a rule; @param seed  of the drawing
/// @throws SystemError. Lines that are not as `prepare` writes them are passed over.
LossAccount read_losses(const std::filesystem::path& rejects, std::size_t examples, std::uint64_t seed);
ClusterAccount read_clusters(const std::filesystem::path& clusters, std::size_t largest);

}  // namespace llmops::data::explore
