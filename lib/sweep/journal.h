// What a sweep has done so far, a line a stretch of training: docs/formats/sweep.md. A killed sweep goes on from it.
#pragma once

#include <filesystem>
#include <vector>

#include "sweep/trial.h"

namespace llmops::sweep {

class Journal {
 public:
  /// Opens one, which need not exist and whose last line may be cut. Held by one process at a time.
  /// @param settings  what a sweep must agree in to go on: SweepRecipe::settings()
  /// @throws UsageError  there is one and `resume` is false, or another process is at work on it
  /// @throws InputError  it belongs to another sweep, naming what differs, or is damaged
  Journal(const std::filesystem::path& path, Json settings, bool resume);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Of the process that began the sweep; "" where none did yet.
  const std::string& run_id() const { return run_id_; }
  /// Writes the head of a new journal; does nothing to one that has it.
  void begin(const std::string& run_id);
  const std::vector<TrialRecord>& records() const { return records_; }
  /// On disk when it returns. @throws SystemError
  void append(TrialRecord record);

 private:
  void read(const std::string& text);
  void write(const std::string& text);

  std::filesystem::path path_;
  Json settings_;
  int descriptor_ = -1;
  std::string run_id_;
  std::vector<TrialRecord> records_;
};

}  // namespace llmops::sweep
