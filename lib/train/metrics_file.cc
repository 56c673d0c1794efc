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

void MetricsFile::write(const Json& line) {
  if (file_ == nullptr) return;
  const std::string text = dump_json(line) + "\n";
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size() || std::fflush(file_) != 0) {
    throw SystemError(fmt::format("cannot write '{}': {}", path_, std::strerror(errno)));
  }
}

}  // namespace llmops::train
