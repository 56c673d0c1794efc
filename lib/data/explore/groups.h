// Groups of people whose mentions are counted, and the words that are taken for a mention.
#pragma once

#include <span>
#include <string_view>

namespace llmops::data::explore {

/// English only, small on purpose: every term is one that nearly always means people of the group. Words that mean
/// something else as often (a straight line, a white wall, a blind spot) stand only in runs of two: "white people".
struct Group {
  std::string_view axis;   ///< "gender", "age", "religion", "origin", "disability", "orientation"
  std::string_view name;   ///< "women"
  std::string_view terms;  ///< lower case, a blank between two; '_' joins the two words of one term
};

/// Groups of an axis stand together.
std::span<const Group> all_groups();

}  // namespace llmops::data::explore
