// Real data beside the source tree. Where it is not there, the tests that look at it say so and are skipped.
#pragma once

#include <filesystem>

namespace llmops::test {

inline std::filesystem::path sample_data() { return std::filesystem::path(LLMOPS_SOURCE_DIR) / "../shared/data"; }

}  // namespace llmops::test
