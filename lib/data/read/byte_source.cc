// Files and memory as sources; hashing and peeking on the way.
#include "data/read/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace llmops::data {

namespace {

class FileSource : public ByteSource {
 public:
  explicit FileSource(const std::filesystem::path& path) : path_(path.string()) {
    descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ >= 0) {
      ::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_SEQUENTIAL);
      return;
    }
    if (errno == ENOENT) throw NotFoundError(fmt::format("'{}' is not there", path_));
    throw SystemError(fmt::format("cannot open '{}': {}", path_, std::strerror(errno)));
  }
  ~FileSource() override { ::close(descriptor_); }

  std::size_t read(char* out, std::size_t most) override {
    while (true) {
      const ssize_t got = ::read(descriptor_, out, most);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw SystemError(fmt::format("cannot read '{}': {}", path_, std::strerror(errno)));
    }
  }

 private:
  std::string path_;
  int descriptor_ = -1;
};

class MemorySource : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}

  std::size_t read(char* out, std::size_t most) override {
    const std::size_t got = rest_.copy(out, most);
    rest_.remove_prefix(got);
    return got;
  }

 private:
  std::string_view rest_;
};

}  // namespace

std::unique_ptr<ByteSource> open_file_bytes(const std::filesystem::path& path) {
  return std::make_unique<FileSource>(path);
}

std::unique_ptr<ByteSource> memory_bytes(std::string_view bytes) { return std::make_unique<MemorySource>(bytes); }

std::size_t HashingSource::read(char* out, std::size_t most) {
  const std::size_t got = inner_->read(out, most);
  hash_.update({out, got});
  bytes_ += got;
  return got;
}

std::string HashingSource::finish() {
  std::string buffer(std::size_t{1} << 16, '\0');
  while (read(buffer.data(), buffer.size()) > 0) {
  }
  return hash_.hex();
}

std::size_t PeekableSource::read(char* out, std::size_t most) {
  if (begin_ < head_.size()) {
    const std::size_t got = head_.copy(out, most, begin_);
    begin_ += got;
    if (begin_ == head_.size()) {
      head_ = std::string();
      begin_ = 0;
    }
    return got;
  }
  if (error_ != nullptr) std::rethrow_exception(error_);
  return ended_ ? 0 : inner_->read(out, most);
}

std::string_view PeekableSource::peek(std::size_t most) {
  head_.erase(0, begin_);
  begin_ = 0;
  std::size_t filled = head_.size();
  if (filled < most) head_.resize(most);
  try {
    while (filled < most && !ended()) {
      const std::size_t got = inner_->read(head_.data() + filled, most - filled);
      ended_ = got == 0;
      filled += got;
    }
  } catch (...) {
    error_ = std::current_exception();
  }
  head_.resize(filled);
  return std::string_view(head_).substr(0, most);
}

std::string read_all(ByteSource& source, std::uint64_t max_bytes, std::string_view name) {
  std::string bytes;
  std::string buffer(std::size_t{1} << 16, '\0');
  while (const std::size_t got = source.read(buffer.data(), buffer.size())) {
    if (got > max_bytes - bytes.size()) {
      throw InputError(fmt::format("'{}' has more than {} bytes", name, max_bytes));
    }
    bytes.append(buffer, 0, got);
  }
  return bytes;
}

}  // namespace llmops::data
