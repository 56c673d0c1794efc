// A uniform sample of fixed size from a stream of unknown length.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>
#include <vector>

namespace llmops::data::explore {

/// Algorithm R (Vitter, 1985): every item of the stream is in the sample with the same probability. The same for the
/// same seed and stream on every machine: the engine is specified to the bit, and so is how its numbers are used.
template <typename T>
class Reservoir {
 public:
  Reservoir(std::size_t size, std::uint64_t seed) : size_(size), random_(seed) {}

  /// @param make  called for an item that enters the sample
  template <typename Make>
  void offer(Make make) {
    const std::uint64_t number = seen_++;
    if (items_.size() < size_) {
      items_.emplace_back(number, make());
    } else if (const std::uint64_t place = below(seen_); place < size_) {
      items_[place] = {number, make()};
    }
  }

  std::uint64_t seen() const { return seen_; }
  /// In the order of the stream.
  std::vector<T> take() {
    std::sort(items_.begin(), items_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<T> sample;
    sample.reserve(items_.size());
    for (auto& item : items_) sample.push_back(std::move(item.second));
    items_.clear();
    return sample;
  }

 private:
  // Even over [0, limit): what would make some values likelier is drawn again.
  std::uint64_t below(std::uint64_t limit) {
    const std::uint64_t fair = UINT64_MAX - UINT64_MAX % limit;
    std::uint64_t drawn = random_();
    while (drawn >= fair) drawn = random_();
    return drawn % limit;
  }

  std::size_t size_;
  std::mt19937_64 random_;
  std::uint64_t seen_ = 0;
  std::vector<std::pair<std::uint64_t, T>> items_;  ///< with its number in the stream
};

}  // namespace llmops::data::explore
