// A quick identity of a base model's weights, to notice that a checkpoint is resumed on another one.
#pragma once

#include <filesystem>
#include <string>

namespace llmops::train {

/// XXH3 over config.json and the weight files of a folder, or over a GGUF file; reads at the speed of memory.
std::string base_fingerprint(const std::filesystem::path& model);

}  // namespace llmops::train
