#include "data/store/step_store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "core/error.h"

namespace llmops::data {

namespace fs = std::filesystem;

namespace {

fs::path by_key(const fs::path& folder, const Hash128& key, const char* extension) {
  const std::string name = key.hex();
  return folder / name.substr(0, 2) / (name.substr(2) + extension);
}

[[noreturn]] void throw_write(const fs::path& path, int error_number) {
  throw SystemError(fmt::format("cannot write '{}': {}", path.string(), std::strerror(error_number)),
                    error_number == ENOSPC ? "free some space, or name another folder with --work" : "");
}

struct Temporary {
  fs::path path;
  int descriptor;
  ~Temporary() {
    if (descriptor < 0) return;
    ::close(descriptor);
    ::unlink(path.c_str());
  }
};

}  // namespace

StepStore::StepStore(fs::path folder) : folder_(std::move(folder)) {}

fs::path StepStore::segment(const Hash128& key) const { return by_key(folder_, key, ".segment"); }
fs::path StepStore::features(const Hash128& key) const { return by_key(folder_, key, ".features"); }
fs::path StepStore::embeddings(const Hash128& key) const { return by_key(folder_, key, ".embeddings"); }

void StepStore::put(const fs::path& path, std::string_view bytes) const {
  static std::atomic<unsigned> counter{0};
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw_write(path, error.value());
  Temporary file{fmt::format("{}.{}.{}.tmp", path.string(), ::getpid(), counter++), -1};
  file.descriptor = ::open(file.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (file.descriptor < 0) throw_write(path, errno);
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.descriptor, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_write(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::rename(file.path.c_str(), path.c_str()) != 0) throw_write(path, errno);
  ::close(file.descriptor);
  file.descriptor = -1;
}

void StepStore::touch(const fs::path& path) const {
  std::error_code ignored;
  fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
}

void StepStore::prune(std::uint64_t most_bytes) const {
  struct File {
    fs::file_time_type used;
    std::uint64_t bytes;
    fs::path path;
  };
  std::vector<File> files;
  std::uint64_t total = 0;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder_, error); !error && entry != fs::end(entry);
       entry.increment(error)) {
    std::error_code gone;
    if (!entry->is_regular_file(gone)) continue;
    files.push_back({entry->last_write_time(gone), entry->file_size(gone), entry->path()});
    total += files.back().bytes;
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used < b.used; });
  for (const File& file : files) {
    if (total <= most_bytes) return;
    fs::remove(file.path, error);
    total -= file.bytes;
  }
}

}  // namespace llmops::data
