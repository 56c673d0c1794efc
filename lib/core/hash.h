// Content hashes: SHA-256 for identity in the registry, XXH3 where only speed counts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace llmops {

/// SHA-256 of a stream of bytes.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void update(std::string_view bytes);
  /// 64 lower-case hexadecimal digits; call once.
  std::string hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);

/// @throws NotFoundError, SystemError
std::string sha256_file(const std::filesystem::path& path);

/// Identity of a file or a folder. A folder's is the SHA-256 of its sorted "relative/path NUL file-hash LF" lines, so
/// it does not change when the folder moves.
std::string sha256_path(const std::filesystem::path& path);

std::uint64_t xxh3_64(std::string_view bytes, std::uint64_t seed = 0);

}  // namespace llmops
