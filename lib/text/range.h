// A part of a text, in bytes.
#pragma once

#include <cstddef>

namespace llmops::text {

/// Bytes [begin, end).
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

}  // namespace llmops::text
