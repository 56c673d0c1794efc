// Lists of names as one string, so that they fit a table.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace llmops::text {

/// The names of "a b c".
inline std::vector<std::string_view> split_names(std::string_view all) {
  std::vector<std::string_view> names;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t end = std::min(all.find(' ', at), all.size());
    names.push_back(all.substr(at, end - at));
    at = end + 1;
  }
  return names;
}

inline bool holds_name(std::string_view all, std::string_view name) {
  const auto names = split_names(all);
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace llmops::text
