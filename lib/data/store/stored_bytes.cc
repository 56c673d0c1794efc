#include "data/store/stored_bytes.h"

#include <unistd.h>

#include <cerrno>

#include "core/error.h"

namespace llmops::data {

std::string read_stored(int descriptor, std::uint64_t offset, std::uint64_t size) {
  std::string bytes(size, '\0');
  for (std::uint64_t done = 0; done < size;) {
    const ssize_t count = ::pread(descriptor, bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw SystemError("cannot read a stored step of prepare", "run it again with --no-cache");
    done += static_cast<std::uint64_t>(count);
  }
  return bytes;
}

}  // namespace llmops::data
