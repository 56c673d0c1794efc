// Vectors of a unit's records as a file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "data/store/stored_file.h"

namespace llmops::data {

/// @param vectors  one a record, all of one length; scaled to length 1 (one of zeros stays)
/// @throws InputError  where their lengths differ, or a value is not finite
std::string encode_embeddings(const std::vector<std::vector<float>>& vectors);

/// A stored file of vectors, read a row at a time.
class EmbeddingFile {
 public:
  /// @returns none where there is no such file, or one that is damaged
  static std::optional<EmbeddingFile> open(const std::filesystem::path& path, bool check);

  std::uint64_t count() const { return count_; }
  std::size_t dimensions() const { return dimensions_; }
  /// @param to  dimensions() values
  void read(std::uint64_t row, float* to) const;

 private:
  explicit EmbeddingFile(StoredFile file) : file_(std::move(file)) {}
  StoredFile file_;
  std::uint64_t count_ = 0;
  std::size_t dimensions_ = 0;
};

}  // namespace llmops::data
