// A file that TensorBoard reads, written while a run goes on.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace llmops::train {

/// Every record reaches the file in one write, so that a process killed at any moment leaves whole records and at most
/// a cut one at the end, which readers pass over. A file is never appended to by another process: what follows a cut
/// record could not be read.
class EventFile {
 public:
  /// A new file in `folder` (made where it is missing), named to sort after those that are there.
  /// @param first_step  of this session: what other files of the folder tell of it and later steps counts no more
  /// @throws SystemError
  EventFile(const std::filesystem::path& folder, std::int64_t first_step);
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  /// @throws SystemError  e.g. a full disk
  void write(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars);
  const std::filesystem::path& path() const { return path_; }

 private:
  void append(const std::string& event);

  std::filesystem::path path_;
  int descriptor_ = -1;
};

}  // namespace llmops::train
