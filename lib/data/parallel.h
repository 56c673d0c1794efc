// A loop over an index range on several threads. Results go to slots by index, so the outcome never depends on timing.
#pragma once

#include <cstddef>
#include <functional>

namespace llmops::data {

/// Calls `body(begin, end)` for blocks that cover [0, count). Asks for cancellation between blocks.
/// @param threads  0: all processors
/// @throws whatever a body throws: that of the lowest block, so that errors too are the same on every run; Interrupted
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t, std::size_t)>& body);

}  // namespace llmops::data
