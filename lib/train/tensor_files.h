// Named tensors to safetensors files and back into tensors of the same shapes.
#pragma once

#include <filesystem>
#include <string>

#include "train/optimizer.h"

namespace llmops::train {

/// Writes DIRECTORY/STEM.safetensors. @param tensors  contiguous, float32 or uint8
void write_tensors(const std::filesystem::path& directory, const std::string& stem, const NamedTensors& tensors);

/// Overwrites `tensors`, which are contiguous.
/// @throws InputError  where one is missing from the file, or has another shape or type there
void read_tensors(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace llmops::train
