// The file in which annotations are kept: JSON lines that are only ever added, by any number of processes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/annotate/entry.h"

namespace llmops::data {

class AnnotationJournal {
 public:
  /// Opens one, which need not exist. @throws SystemError
  explicit AnnotationJournal(std::filesystem::path path);
  ~AnnotationJournal();
  AnnotationJournal(const AnnotationJournal&) = delete;
  AnnotationJournal& operator=(const AnnotationJournal&) = delete;

  /// With the system when it returns, in one piece, and on disk unless it is kOpen. A line that another process was
  /// killed in is ended first, and so costs nobody else's entry. @throws SystemError
  void append(const AnnotationEntry& entry);

  /// What this and other processes have added since the last call, in order. A line without its end is left for later.
  std::vector<AnnotationEntry> read_new();

  /// Lines that are no entries: cut by a kill or a full disk.
  std::size_t damaged() const { return damaged_; }

 private:
  void write_line(std::string line);

  std::filesystem::path path_;
  int descriptor_ = -1;
  std::uint64_t read_ = 0;  ///< bytes up to the end of the last whole line that was read
  std::size_t damaged_ = 0;
};

}  // namespace llmops::data
