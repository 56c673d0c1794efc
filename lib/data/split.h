// Which split a record belongs to: decided by its cluster's content alone, so it does not move when others come or go.
#pragma once

#include <array>
#include <string_view>

#include "data/recipe.h"

namespace llmops::data {

enum class Split { kTrain, kValidation, kTest };
constexpr std::array<Split, 3> kSplits = {Split::kTrain, Split::kValidation, Split::kTest};

/// "train", "validation", "test".
const char* split_name(Split split);

/// @param key  normalized text of the cluster's first member
Split assign_split(std::string_view key, const SplitSpec& spec);

}  // namespace llmops::data
