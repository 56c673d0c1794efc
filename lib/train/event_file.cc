// Names, opens and appends to event files.
#include "train/event_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "core/process.h"
#include "core/units.h"
#include "train/event_encoding.h"

namespace llmops::train {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "events.out.tfevents.";

double now_seconds() { return static_cast<double>(now_unix_ms()) / 1000; }

/// Readers take the files of a folder in the order of their names, which is that of the second each was begun in.
std::int64_t free_second(const fs::path& folder) {
  std::int64_t second = now_unix_ms() / 1000;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (name.starts_with(kPrefix)) second = std::max(second, std::atol(name.c_str() + kPrefix.size()) + 1);
  }
  if (error) throw SystemError(fmt::format("cannot read '{}': {}", folder.string(), error.message()));
  return second;
}

SystemError cannot_write(const fs::path& path) {
  return SystemError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(errno)));
}

}  // namespace

EventFile::EventFile(const fs::path& folder, std::int64_t first_step) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw SystemError(fmt::format("cannot create '{}': {}", folder.string(), error.message()));
  path_ = folder / fmt::format("{}{}.{}.{}.0", kPrefix, free_second(folder), host_name(), ::getpid());
  descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw cannot_write(path_);
  append(file_version_event(now_seconds()));
  append(session_start_event(now_seconds(), first_step));
}

EventFile::~EventFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void EventFile::write(std::int64_t step, const std::vector<std::pair<std::string, double>>& scalars) {
  append(scalars_event(now_seconds(), step, scalars));
}

void EventFile::append(const std::string& event) {
  const std::string record = framed_event(event);
  std::string_view rest = record;
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw cannot_write(path_);
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace llmops::train
