// Shapes as people write them, for error messages.
#pragma once

#include <ATen/ATen.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>

namespace llmops::ops {

/// "(2, 4)"; "()" for a scalar.
inline std::string shape_text(at::IntArrayRef sizes) { return fmt::format("({})", fmt::join(sizes, ", ")); }

}  // namespace llmops::ops
