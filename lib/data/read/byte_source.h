// Streams of bytes: a file, what it holds when it is unpacked, and the hash of what went by.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

namespace llmops::data {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  /// @returns bytes read into `out`; 0 at the end only
  virtual std::size_t read(char* out, std::size_t most) = 0;
};

/// @throws NotFoundError, SystemError
std::unique_ptr<ByteSource> open_file_bytes(const std::filesystem::path& path);

}  // namespace llmops::data
