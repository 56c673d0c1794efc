// A dataset folder as others see it (docs/formats/dataset.md): its manifest names the file of each split.
#pragma once

#include <filesystem>
#include <string>

namespace llmops::data {

inline constexpr const char* kDatasetFormat = "llmops-dataset";
inline constexpr int kDatasetFormatVersion = 1;

/// The JSON lines of one split.
/// @throws InputError     a folder without a manifest, or with one that this program cannot trust or read
/// @throws NotFoundError  a split that is not there, listing those that are
std::filesystem::path split_file(const std::filesystem::path& folder, const std::string& split);

}  // namespace llmops::data
