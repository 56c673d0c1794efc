// The folder of a run's checkpoints: OUTPUT_DIR.checkpoints/checkpoint-STEP.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace llmops::train {

class CheckpointFolder {
 public:
  explicit CheckpointFolder(const std::string& output_dir);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path checkpoint(std::int64_t step) const;
  /// Steps saved, ascending. Only whole checkpoints have their name.
  std::vector<std::int64_t> steps() const;
  /// True once mark_finished() was called.
  bool finished() const;
  void mark_finished(std::int64_t best_step) const;

  /// Removes the oldest so that at most `keep` stay; the newest and `best_step` are never removed.
  void prune(int keep, std::int64_t best_step) const;
  /// Removes all checkpoints and what a killed process left half-written, and nothing else.
  void clear() const;
  /// Removes what a killed process left half-written.
  void remove_partial() const;

 private:
  std::filesystem::path path_;
};

}  // namespace llmops::train
