#include "data/read/byte_source.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.h"

namespace llmops::data {
namespace {

class FileBytes : public ByteSource {
 public:
  explicit FileBytes(const std::filesystem::path& path)
      : path_(path.string()), descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ >= 0) return;
    if (errno == ENOENT || errno == ENOTDIR) throw NotFoundError(fmt::format("'{}' does not exist", path_));
    throw SystemError(fmt::format("cannot open '{}': {}", path_, std::strerror(errno)), "check its permissions");
  }
  ~FileBytes() override {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;

  std::size_t read(char* out, std::size_t most) override {
    while (true) {
      const ssize_t count = ::read(descriptor_, out, most);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) throw SystemError(fmt::format("cannot read '{}': {}", path_, std::strerror(errno)));
    }
  }

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace

std::unique_ptr<ByteSource> open_file_bytes(const std::filesystem::path& path) {
  return std::make_unique<FileBytes>(path);
}

}  // namespace llmops::data
