// Appends and reads journal lines.
#include "data/annotate/journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"
#include "core/json_lines.h"

namespace llmops::data {

namespace {

[[noreturn]] void throw_system(const char* what, const std::filesystem::path& path) {
  throw SystemError(fmt::format("cannot {} '{}': {}", what, path.string(), std::strerror(errno)),
                    errno == ENOSPC ? "free some space; what was annotated so far is kept" : "");
}

/// Held while one line is written.
class FileLock {
 public:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {
    while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~FileLock() { ::flock(descriptor_, LOCK_UN); }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

 private:
  int descriptor_;
};

std::uint64_t size_of(int descriptor, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) throw_system("read", path);
  return static_cast<std::uint64_t>(status.st_size);
}

bool ends_in_a_line(int descriptor, const std::filesystem::path& path) {
  const std::uint64_t size = size_of(descriptor, path);
  char last = '\n';
  if (size > 0 && ::pread(descriptor, &last, 1, static_cast<off_t>(size - 1)) != 1) throw_system("read", path);
  return last == '\n';
}

std::string read_from(int descriptor, std::uint64_t begin, const std::filesystem::path& path) {
  const std::uint64_t size = size_of(descriptor, path);
  std::string text(size > begin ? size - begin : 0, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::pread(descriptor, text.data() + done, text.size() - done, static_cast<off_t>(begin + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system("read", path);
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  text.resize(done);
  return text;
}

}  // namespace

AnnotationJournal::AnnotationJournal(std::filesystem::path path) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw_system("write", path_);
}

AnnotationJournal::~AnnotationJournal() { ::close(descriptor_); }

void AnnotationJournal::append(const AnnotationEntry& entry) {
  write_line(dump_json(entry.json()) + "\n");
  // Who has what before them need not outlive a power cut, and a busy disk takes its time.
  if (entry.action != AnnotationEntry::Action::kOpen && ::fdatasync(descriptor_) != 0) throw_system("write", path_);
}

void AnnotationJournal::write_line(std::string line) {
  const FileLock lock(descriptor_);
  if (!ends_in_a_line(descriptor_, path_)) line.insert(0, "\n");
  std::string_view left = line;
  while (!left.empty()) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system("write", path_);
    left.remove_prefix(static_cast<std::size_t>(count));
  }
}

std::vector<AnnotationEntry> AnnotationJournal::read_new() {
  const std::string text = read_from(descriptor_, read_, path_);
  const std::string_view whole = std::string_view(text).substr(0, text.rfind('\n') + 1);
  read_ += whole.size();
  std::vector<AnnotationEntry> entries;
  for (const JsonLine& line : split_json_lines(whole, path_.string())) {
    try {
      entries.push_back(parse_annotation_entry(parse_json(line.text, line.origin), line.origin));
    } catch (const InputError&) {
      ++damaged_;
    }
  }
  return entries;
}

}  // namespace llmops::data
