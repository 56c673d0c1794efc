// Bytes as they arrive: files, decompressed streams, streams that are hashed on the way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/hash.h"

namespace llmops::data {

class ByteSource {
 public:
  ByteSource() = default;
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Up to `most` bytes (at least 1 is asked for); 0 at the end only, and from then on.
  /// @throws InputError for damage, after all bytes before it were given; SystemError
  virtual std::size_t read(char* out, std::size_t most) = 0;
};

/// @throws NotFoundError, SystemError
std::unique_ptr<ByteSource> open_file_bytes(const std::filesystem::path& path);

/// Bytes that somebody else holds until the source is gone.
std::unique_ptr<ByteSource> memory_bytes(std::string_view bytes);

/// SHA-256 of the raw bytes that pass through.
class HashingSource : public ByteSource {
 public:
  explicit HashingSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}
  std::size_t read(char* out, std::size_t most) override;

  std::uint64_t bytes() const { return bytes_; }
  /// Reads what is left, which a reader stopped by damage has not asked for, and ends the hash; call once.
  std::string finish();

 private:
  std::unique_ptr<ByteSource> inner_;
  Sha256 hash_;
  std::uint64_t bytes_ = 0;
};

/// A source whose beginning can be looked at before it is read.
class PeekableSource : public ByteSource {
 public:
  explicit PeekableSource(std::unique_ptr<ByteSource> inner) : inner_(std::move(inner)) {}
  std::size_t read(char* out, std::size_t most) override;

  /// The first `most` bytes not yet read, fewer where the source ends or is damaged before; never throws the damage,
  /// which comes when it is read. Valid until the next call.
  std::string_view peek(std::size_t most);
  /// Whether peek() saw the end of the source.
  bool ended() const { return ended_ || error_ != nullptr; }

 private:
  std::unique_ptr<ByteSource> inner_;
  std::string head_;
  std::size_t begin_ = 0;  ///< of what is unread, in head_
  bool ended_ = false;
  std::exception_ptr error_;
};

/// The whole source, for what must lie in memory. @throws InputError for more than `max_bytes`
std::string read_all(ByteSource& source, std::uint64_t max_bytes, std::string_view name);

}  // namespace llmops::data
