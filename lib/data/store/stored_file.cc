#include "data/store/stored_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/error.h"

namespace llmops::data {

std::optional<StoredFile> StoredFile::open(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  StoredFile file(descriptor, 0);
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  if (size < 0) return std::nullopt;
  file.size_ = static_cast<std::uint64_t>(size);
  return file;
}

StoredFile::StoredFile(StoredFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

StoredFile::~StoredFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

bool StoredFile::read_beginning(void* to, std::size_t size) const {
  return ::pread(descriptor_, to, size, 0) == static_cast<ssize_t>(size);
}

bool StoredFile::has_hash(std::uint64_t head_bytes, const Hash128& hash) const {
  return xxh3_128(read(head_bytes, size_ - head_bytes)) == hash;
}

std::string StoredFile::read(std::uint64_t offset, std::uint64_t size) const {
  std::string bytes(size, '\0');
  for (std::uint64_t done = 0; done < size;) {
    const ssize_t count = ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw SystemError("cannot read a stored step of prepare", "run it again with --no-cache");
    done += static_cast<std::uint64_t>(count);
  }
  return bytes;
}

}  // namespace llmops::data
