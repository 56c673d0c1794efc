// Hashes a base model.
#include "train/base_fingerprint.h"

#include <fmt/format.h>

#include "core/files.h"
#include "core/hash.h"

namespace llmops::train {

std::string base_fingerprint(const std::filesystem::path& model) {
  std::uint64_t hash = 0;
  for (const auto& file : list_files(model)) {
    const auto extension = file.extension();
    const bool counts = file.filename() == "config.json" || extension == ".safetensors" || extension == ".gguf";
    if (counts) hash = xxh3_64(MappedFile(file).text(), hash);
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace llmops::train
