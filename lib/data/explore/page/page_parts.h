// The pieces a dataset's page is made of.
#pragma once

#include <string>
#include <vector>

#include "data/explore/dataset_stats.h"
#include "data/explore/topics/topic_map.h"

namespace llmops::data::explore::page {

/// What core's style sheet lacks: rows of bars, and colours for twelve classes in light and dark.
extern const char* const kStyle;

struct BarRow {
  std::string label;
  double value = 0;
  std::string figure;   ///< the value as shown
  std::string tooltip;  ///< "" for none
};
/// Labels, bars and figures, one row each; the longest bar is the largest value's.
std::string bar_rows(const std::vector<BarRow>& rows);
std::string note(const std::string& text);
/// "12.3 %"
std::string percent_of(std::uint64_t part, std::uint64_t whole);

// Sections; "" where there is nothing to show.
std::string lengths_section(const DatasetStats& stats);
std::string breakdown_section(const Breakdown& breakdown, const Sizes& total);
std::string fields_section(const DatasetStats& stats);
std::string duplicates_section(const DatasetStats& stats);
std::string conversations_section(const DatasetStats& stats);
std::string words_section(const DatasetStats& stats);
std::string mentions_section(const MentionReport& report);
std::string losses_section(const DatasetStats& stats);
std::string topics_section(const TopicMap& topics);

}  // namespace llmops::data::explore::page
