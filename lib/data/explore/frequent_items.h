// The most frequent of any number of items in bounded memory, with a bound on the error.
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "data/explore/large_pages.h"

namespace llmops::data::explore {

/// Counts of at most `capacity` items. When there are more, the median count is taken from all and those left without
/// are forgotten, so that an item's true count lies in [count, count + error()]; error() is at most 2 / capacity of all
/// additions, and 0 where nothing was ever forgotten: then every count is exact.
/// Source: Misra and Gries, 1982; Anderson and others, 2017, "A high-performance algorithm for identifying frequent
/// items in data streams". (The counters of SpaceSaving hold the same knowledge: Agarwal and others, 2012, "Mergeable
/// summaries"; these need no heap.)
/// @tparam Key    with hash() and ==
/// @tparam Extra  kept with each item for its owner; a forgotten one begins anew
template <typename Key, typename Extra>
class FrequentItems {
 public:
  struct Item {
    Key key;
    std::uint64_t count = 0;  ///< 0: nothing is here
    Extra extra;
  };

  explicit FrequentItems(std::size_t capacity) : capacity_(capacity), items_(kLeast) {}

  /// The item after `count` was added to it. The reference holds until the next call.
  Item& add(const Key& key, std::uint64_t count = 1) {
    Item* item = slot(key);
    if (item->count == 0) {
      if (size_ >= capacity_ || 4 * (size_ + 1) > 3 * items_.size()) {
        make_room();
        item = slot(key);
      }
      *item = {key, 0, Extra{}};
      ++size_;
    }
    item->count += count;
    return *item;
  }

  /// Asks for the memory that add(key) will look at.
  void prefetch(const Key& key) const { __builtin_prefetch(&items_[key.hash() & (items_.size() - 1)], 1); }

  /// Null where it is not held.
  const Item* find(const Key& key) const {
    const Item* item = const_cast<FrequentItems*>(this)->slot(key);
    return item->count == 0 ? nullptr : item;
  }

  std::size_t size() const { return size_; }
  std::uint64_t error() const { return error_; }
  /// How often items were forgotten.
  int purges() const { return purges_; }

  template <typename Body>
  void for_each(Body body) {
    for (Item& item : items_) {
      if (item.count > 0) body(item);
    }
  }
  template <typename Body>
  void for_each(Body body) const {
    for (const Item& item : items_) {
      if (item.count > 0) body(item);
    }
  }

  /// Of one that is merged into this: the error bounds of both add up.
  void add_error(const FrequentItems& other) {
    error_ += other.error_;
    purges_ += other.purges_;
  }
  void merge(const FrequentItems& other) {
    add_error(other);
    other.for_each([&](const Item& item) { add(item.key, item.count); });
  }

 private:
  static constexpr std::size_t kLeast = 64;

  Item* slot(const Key& key) {
    const std::size_t mask = items_.size() - 1;
    std::size_t at = key.hash() & mask;
    while (items_[at].count != 0 && !(items_[at].key == key)) at = (at + 1) & mask;
    return &items_[at];
  }

  void make_room() {
    std::uint64_t less = 0;
    if (size_ >= capacity_) {
      std::vector<std::uint64_t> counts;
      counts.reserve(size_);
      for_each([&](const Item& item) { counts.push_back(item.count); });
      std::nth_element(counts.begin(), counts.begin() + static_cast<std::ptrdiff_t>(counts.size() / 2), counts.end());
      less = counts[counts.size() / 2];
      error_ += less;
      ++purges_;
    }
    std::vector<Item, LargePages<Item>> old(less > 0 ? items_.size() : items_.size() * 2);
    old.swap(items_);
    size_ = 0;
    for (Item& item : old) {
      if (item.count <= less) continue;
      item.count -= less;
      *slot(item.key) = std::move(item);
      ++size_;
    }
  }

  std::size_t capacity_;
  std::size_t size_ = 0;
  std::uint64_t error_ = 0;
  int purges_ = 0;
  std::vector<Item, LargePages<Item>> items_;  ///< open addressing, a power of two long, at most three quarters full
};

}  // namespace llmops::data::explore
