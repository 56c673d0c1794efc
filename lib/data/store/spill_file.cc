#include "data/store/spill_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "core/error.h"

namespace llmops::data {
namespace {

[[noreturn]] void throw_spill(const char* what, const std::filesystem::path& folder, int error_number) {
  throw SystemError(
      fmt::format("cannot {} a temporary file in '{}': {}", what, folder.string(), std::strerror(error_number)),
      error_number == ENOSPC ? "free some space, or name another folder with --work" : "");
}

}  // namespace

SpillFile::SpillFile(SpillFile&& other) noexcept
    : folder_(std::move(other.folder_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      buffer_(std::move(other.buffer_)) {}

SpillFile::~SpillFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SpillFile::append(const void* bytes, std::uint64_t count) {
  constexpr std::size_t kBufferBytes = std::size_t{1} << 16;
  buffer_.append(static_cast<const char*>(bytes), count);
  size_ += count;
  if (buffer_.size() >= kBufferBytes) flush();
}

void SpillFile::flush() {
  if (descriptor_ < 0) {
    std::error_code ignored;
    std::filesystem::create_directories(folder_, ignored);
    std::string name = (folder_ / "spill.XXXXXX").string();
    descriptor_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (descriptor_ < 0) throw_spill("make", folder_, errno);
    ::unlink(name.c_str());
  }
  for (std::string_view left = buffer_; !left.empty();) {
    const ssize_t written = ::write(descriptor_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_spill("write", folder_, errno);
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  buffer_.clear();
}

void SpillFile::read(std::uint64_t offset, void* bytes, std::uint64_t count) {
  if (!buffer_.empty()) flush();
  char* next = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = ::pread(descriptor_, next, count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw_spill("read", folder_, errno);
    next += got;
    offset += static_cast<std::uint64_t>(got);
    count -= static_cast<std::uint64_t>(got);
  }
}

}  // namespace llmops::data
