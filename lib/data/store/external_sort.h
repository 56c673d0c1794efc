// Sorting more than memory holds: sorted runs in a temporary file, merged at the end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <queue>
#include <type_traits>
#include <vector>

#include "data/store/spill_file.h"

namespace llmops::data {

/// @tparam T  plain bytes with operator<
template <typename T>
class ExternalSorter {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  /// @param folder      for the runs; nothing of them is left, whatever ends this process
  /// @param most_bytes  of values held at a time
  ExternalSorter(const std::filesystem::path& folder, std::uint64_t most_bytes)
      : spill_(folder), most_(std::max<std::size_t>(most_bytes / sizeof(T), kLeastValues)) {}

  void add(const T& value) {
    if (values_.size() == most_) spill();
    values_.push_back(value);
  }

  /// Calls `take(value)` in order; the sorter is empty then.
  template <typename Take>
  void drain(Take take) {
    if (runs_.empty()) {
      std::sort(values_.begin(), values_.end());
      for (const T& value : values_) take(value);
    } else {
      spill();
      merge(take);
    }
    values_.clear();
    values_.shrink_to_fit();
    runs_.clear();
  }

 private:
  static constexpr std::size_t kLeastValues = 1024;

  struct Run {
    std::uint64_t next, end;  ///< values, in the file
    std::vector<T> block;
    std::size_t at = 0;
  };

  void spill() {
    std::sort(values_.begin(), values_.end());
    const std::uint64_t begin = spill_.size() / sizeof(T);
    spill_.append(values_.data(), values_.size() * sizeof(T));
    runs_.push_back({begin, begin + values_.size(), {}, 0});
    values_.clear();
  }

  bool refill(Run& run, std::size_t block) {
    const std::size_t count = std::min<std::uint64_t>(block, run.end - run.next);
    run.block.resize(count);
    run.at = 0;
    spill_.read(run.next * sizeof(T), run.block.data(), count * sizeof(T));
    run.next += count;
    return count > 0;
  }

  template <typename Take>
  void merge(Take take) {
    values_.shrink_to_fit();
    const std::size_t block = std::max(most_ / runs_.size(), kLeastValues);
    const auto later = [&](std::size_t a, std::size_t b) {
      return runs_[b].block[runs_[b].at] < runs_[a].block[runs_[a].at];
    };
    std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> heads(later);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      if (refill(runs_[i], block)) heads.push(i);
    }
    while (!heads.empty()) {
      const std::size_t i = heads.top();
      heads.pop();
      Run& run = runs_[i];
      take(run.block[run.at++]);
      if (run.at < run.block.size() || refill(run, block)) heads.push(i);
    }
  }

  SpillFile spill_;
  std::size_t most_;
  std::vector<T> values_;
  std::vector<Run> runs_;
};

}  // namespace llmops::data
