// Writes step logs.
#include "train/metrics_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace llmops::train {

MetricsFile::MetricsFile(const std::string& path) : path_(path) {
  if (path.empty()) return;
  file_ = std::fopen(path.c_str(), "ae");
  if (file_ == nullptr) throw SystemError(fmt::format("cannot write '{}': {}", path, std::strerror(errno)));
}

MetricsFile::~MetricsFile() {
  if (file_ != nullptr) std::fclose(file_);
}

void MetricsFile::write(const StepLog& step) {
  if (file_ == nullptr) return;
  const std::string line = dump_json(step.json()) + "\n";
  if (std::fwrite(line.data(), 1, line.size(), file_) != line.size() || std::fflush(file_) != 0) {
    throw SystemError(fmt::format("cannot write '{}': {}", path_, std::strerror(errno)));
  }
}

}  // namespace llmops::train
