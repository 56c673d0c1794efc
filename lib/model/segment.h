// The flat token axis cut into sequences.
#pragma once

#include <cstdint>

namespace llmops::model {

/// tokens[begin, begin + length) are one sequence from its beginning.
struct Segment {
  std::int64_t begin = 0;
  std::int64_t length = 0;
};

}  // namespace llmops::model
