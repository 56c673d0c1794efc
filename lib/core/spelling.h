// "Did you mean": the nearest known names to a mistyped one.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmops {

/// Damerau-Levenshtein distance in bytes.
int edit_distance(std::string_view a, std::string_view b);

/// Known names within a third of the word's length (at least 1 edit, or sharing a prefix), nearest first.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& known, std::size_t most = 3);

/// "did you mean 'lr'?", or `otherwise` when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known,
                         const std::string& otherwise = "");

}  // namespace llmops
