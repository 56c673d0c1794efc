// Sets that are joined.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace llmops::data {

/// The smallest number of a set is its root, so that a cluster is named by its first record.
class UnionFind {
 public:
  explicit UnionFind(std::size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), 0U); }

  std::uint32_t root(std::uint32_t i) {
    while (parent_[i] != i) i = parent_[i] = parent_[parent_[i]];
    return i;
  }
  void join(std::uint32_t a, std::uint32_t b) {
    const std::uint32_t root_a = root(a), root_b = root(b);
    parent_[std::max(root_a, root_b)] = std::min(root_a, root_b);
  }
  std::vector<std::uint32_t> roots() {
    std::vector<std::uint32_t> roots(parent_.size());
    for (std::uint32_t i = 0; i < roots.size(); ++i) roots[i] = root(i);
    return roots;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace llmops::data
