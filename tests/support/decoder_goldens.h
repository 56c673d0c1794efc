// Small decoders of all families with what transformers makes of them: tests/golden/decoder.
#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

namespace llmops::test {

inline std::filesystem::path decoder_golden(const std::string& name) {
  return std::filesystem::path(LLMOPS_SOURCE_DIR) / "tests/golden/decoder" / name;
}

/// Every folder beside the script that made them.
inline std::vector<std::string> decoder_goldens() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(decoder_golden(""))) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// Their frequencies change with the length, so that keys cached early are turned otherwise, in transformers too.
inline bool turns_with_length(const std::string& name) {
  return name == "llama_dynamic" || name == "llama_longrope_long";
}

}  // namespace llmops::test
