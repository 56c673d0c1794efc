#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace llmops {
namespace {

std::string lower_case_reason(int error_number) {
  std::string text = std::strerror(error_number);
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

[[noreturn]] void throw_system(const std::string& what, const fs::path& path, int error_number) {
  std::string hint;
  if (error_number == ENOSPC || error_number == EDQUOT) hint = "free some space or write elsewhere";
  if (error_number == EACCES || error_number == EPERM) hint = "check the permissions of the file and its folder";
  throw SystemError(fmt::format("cannot {} '{}': {}", what, path.string(), lower_case_reason(error_number)), hint);
}

/// An open file for reading with its size; folders are refused, because reading one fails with a puzzling reason.
struct OpenFile {
  explicit OpenFile(const fs::path& path) : descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor < 0) {
      if (errno == ENOENT || errno == ENOTDIR) throw NotFoundError(fmt::format("'{}' does not exist", path.string()));
      throw_system("open", path, errno);
    }
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) {
      const int saved = errno;
      ::close(descriptor);
      throw_system("read", path, saved);
    }
    if (S_ISDIR(status.st_mode)) {
      ::close(descriptor);
      throw InputError(fmt::format("'{}' is a folder, expected a file", path.string()));
    }
    size = static_cast<std::uint64_t>(status.st_size);
    regular = S_ISREG(status.st_mode);
  }
  ~OpenFile() { ::close(descriptor); }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  int descriptor;
  std::uint64_t size = 0;
  bool regular = true;
};

fs::path temporary_beside(const fs::path& path) {
  static int counter = 0;
  fs::path name = path.filename();
  if (name.empty()) name = path.parent_path().filename();
  const fs::path parent = path.filename().empty() ? path.parent_path().parent_path() : path.parent_path();
  return parent /
         fmt::format(".{}.{}.{}.tmp", name.string(), ::getpid(), __atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED));
}

void create_parent(const fs::path& path) {
  if (path.parent_path().empty()) return;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) throw_system("create the folder", path.parent_path(), error.value());
}

/// A rename is durable only once the folder that holds the name is on disk.
void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

fs::path without_trailing_slash(fs::path path) { return path.filename().empty() ? path.parent_path() : path; }

}  // namespace

std::string read_file(const fs::path& path, std::uint64_t max_bytes) {
  const OpenFile file(path);
  if (file.size > max_bytes) {
    throw InputError(
        fmt::format("'{}' has {} bytes, more than the {} expected at most", path.string(), file.size, max_bytes));
  }
  std::string text;
  text.reserve(file.size);
  char block[1 << 16];
  while (true) {  // pipes and /proc files tell no size, so read until the end
    const ssize_t count = ::read(file.descriptor, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system("read", path, errno);
    if (count == 0) return text;
    text.append(block, static_cast<std::size_t>(count));
    if (text.size() > max_bytes) throw InputError(fmt::format("'{}' has more than {} bytes", path.string(), max_bytes));
  }
}

void write_file_atomic(const fs::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

AtomicFile::AtomicFile(fs::path path) : path_(std::move(path)), temporary_(temporary_beside(path_)) {
  create_parent(path_);
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (descriptor_ < 0) throw_system("write", path_, errno);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  constexpr std::size_t kBufferBytes = 1 << 20;
  buffer_.append(bytes);
  size_ += bytes.size();
  if (buffer_.size() >= kBufferBytes) flush();
}

void AtomicFile::write(std::span<const std::byte> bytes) {
  write(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

void AtomicFile::flush() {
  std::string_view left = buffer_;
  while (!left.empty()) {
    const ssize_t count = ::write(descriptor_, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system("write", path_, errno);
    left.remove_prefix(static_cast<std::size_t>(count));
  }
  buffer_.clear();
}

void AtomicFile::write_at(std::uint64_t offset, std::string_view bytes) {
  flush();
  while (!bytes.empty()) {
    const ssize_t count = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_system("write", path_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
}

void AtomicFile::commit() {
  if (descriptor_ < 0) return;
  flush();
  if (::fsync(descriptor_) != 0) throw_system("write", path_, errno);
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) throw_system("write", path_, errno);
  ::close(descriptor_);
  descriptor_ = -1;
  sync_folder(path_.parent_path());
}

AtomicDirectory::AtomicDirectory(fs::path final_path, bool replace)
    : final_path_(without_trailing_slash(std::move(final_path))), temporary_(temporary_beside(final_path_)) {
  std::error_code ignored;
  if (!replace && fs::exists(final_path_, ignored) &&
      !(fs::is_directory(final_path_, ignored) && fs::is_empty(final_path_, ignored))) {
    throw UsageError(fmt::format("'{}' already exists", final_path_.string()),
                     "name another folder or remove this one");
  }
  create_parent(final_path_);
  std::error_code error;
  fs::create_directory(temporary_, error);
  if (error) throw_system("create the folder", final_path_, error.value());
}

AtomicDirectory::~AtomicDirectory() {
  if (committed_) return;
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
}

void AtomicDirectory::commit() {
  if (committed_) return;
  std::error_code error;
  const fs::path old = temporary_.string() + ".old";
  const bool existed = fs::exists(final_path_, error);
  if (existed) fs::rename(final_path_, old, error);
  if (error) throw_system("replace the folder", final_path_, error.value());
  fs::rename(temporary_, final_path_, error);
  if (error) {
    const int reason = error.value();
    std::error_code ignored;
    if (existed) fs::rename(old, final_path_, ignored);
    throw_system("write the folder", final_path_, reason);
  }
  committed_ = true;
  fs::remove_all(old, error);
  sync_folder(final_path_.parent_path());
}

MappedFile::MappedFile(const fs::path& path) : path_(path) {
  const OpenFile file(path);
  if (!file.regular) throw InputError(fmt::format("'{}' is not a regular file", path.string()));
  size_ = file.size;
  if (size_ == 0) return;
  void* address = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file.descriptor, 0);
  if (address == MAP_FAILED) throw_system("map", path, errno);
  data_ = static_cast<const std::byte*>(address);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)), data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

std::vector<fs::path> list_files(const fs::path& root) {
  std::error_code error;
  const fs::file_status status = fs::status(root, error);
  if (!fs::exists(status)) throw NotFoundError(fmt::format("'{}' does not exist", root.string()));
  if (!fs::is_directory(status)) return {root};
  std::vector<fs::path> files;
  for (fs::recursive_directory_iterator it(root, error), end; it != end; it.increment(error)) {
    if (error) throw_system("list", root, error.value());
    std::error_code broken_link;
    if (it->is_regular_file(broken_link)) files.push_back(it->path());
  }
  if (error) throw_system("list", root, error.value());
  std::sort(files.begin(), files.end());
  return files;
}

std::uint64_t size_on_disk(const fs::path& path) {
  std::uint64_t total = 0;
  for (const fs::path& file : list_files(path)) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (!error) total += size;
  }
  return total;
}

}  // namespace llmops
