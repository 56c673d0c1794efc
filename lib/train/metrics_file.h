// A JSON line for every logged step, to follow a run with `tail -f`.
#pragma once

#include <cstdio>
#include <string>

#include "core/json.h"

namespace llmops::train {

/// Appends, because a resumed run goes on with the same file; each line is flushed.
class MetricsFile {
 public:
  /// @param path  "" writes nothing. @throws SystemError
  explicit MetricsFile(const std::string& path);
  ~MetricsFile();
  MetricsFile(const MetricsFile&) = delete;
  MetricsFile& operator=(const MetricsFile&) = delete;

  /// @throws SystemError  e.g. a full disk
  void write(const Json& line);

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
};

}  // namespace llmops::train
