// Which split a cluster of duplicates belongs to.
#pragma once

#include <array>
#include <cstdint>

#include "core/hash128.h"
#include "data/select/select_spec.h"

namespace llmops::data {

enum class Split : std::uint8_t { kTrain, kValidation, kTest };
constexpr std::array<Split, 3> kSplits = {Split::kTrain, Split::kValidation, Split::kTest};

/// "train", "validation", "test".
const char* split_name(Split split);

/// A place in [0, 1) that content alone decides, so that a record stays where it is when others come or go.
/// @param content  Features::content of the cluster's first record
double content_place(const Hash128& content, std::uint64_t seed);

/// Test lies at the low end, then validation, then train.
Split split_at(double place, const SplitSpec& spec);

}  // namespace llmops::data
