// The folder of stored steps: segments, features and embeddings by key, shared by recipes and runs and, copied
// together, by machines.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "core/hash128.h"

namespace llmops::data {

/// What a name says of its content never changes, so two processes that write the same one do no harm. Safe to share
/// between threads.
class StepStore {
 public:
  explicit StepStore(std::filesystem::path folder);

  std::filesystem::path segment(const Hash128& key) const;
  std::filesystem::path features(const Hash128& key) const;
  std::filesystem::path embeddings(const Hash128& key) const;

  /// The file appears whole or not at all, whatever ends this process. It is not forced to disk: what a power cut
  /// leaves of it is told by its hash.
  /// @throws SystemError
  void put(const std::filesystem::path& path, std::string_view bytes) const;

  /// Notes that a file was used, so that it is kept longer.
  void touch(const std::filesystem::path& path) const;

  /// Removes what was not used for longest until `most_bytes` are left.
  void prune(std::uint64_t most_bytes) const;

  const std::filesystem::path& folder() const { return folder_; }

 private:
  std::filesystem::path folder_;
};

}  // namespace llmops::data
