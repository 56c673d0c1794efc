// A dataset's report as one HTML file.
#pragma once

#include <string>

#include "data/explore/dataset_stats.h"
#include "data/explore/topics/topic_map.h"

namespace llmops::data::explore {

/// Self-contained (core/html_page.h).
/// @param topics  null: a report without them
std::string dataset_page(const DatasetStats& stats, const TopicMap* topics);

}  // namespace llmops::data::explore
