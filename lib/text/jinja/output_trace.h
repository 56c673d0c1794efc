// Which parts of a rendering's output were written for which item of a list: a conversation's messages.
#pragma once

#include <unordered_map>
#include <vector>

#include "text/jinja/value.h"

namespace llmops::text::jinja {

/// What one pass of a loop wrote for an item.
struct TracedOutput {
  std::size_t item = 0;
  std::size_t begin = 0, end = 0;  ///< bytes of the output; never empty
};

/// A pass belongs to the item that the loop goes over, or else to the one item that the template puts into a variable
/// within the pass (as loops over indices do). Items are known by identity: slices and selections of the list keep it.
class OutputTrace {
 public:
  /// @param items  dicts; outlive the trace
  void watch(const Items& items);

  void begin_pass(const Value& item, std::size_t position);
  void end_pass(std::size_t position);
  /// A variable was set.
  void assigned(const Value& value);

  std::vector<TracedOutput> take() { return std::move(found_); }

 private:
  struct Pass {
    std::size_t item, begin;
    bool certain;  ///< by the loop's own item
  };
  std::size_t item_of(const Value& value) const;

  std::unordered_map<const Entries*, std::size_t> items_;
  std::vector<Pass> passes_;  ///< innermost last
  std::vector<TracedOutput> found_;
};

}  // namespace llmops::text::jinja
