// Reading a GGUF file front to back: every count is checked against the bytes that are left before anything is
// allocated.
#pragma once

#include <cstring>
#include <span>
#include <string>

#include "model/gguf.h"

namespace llmops::model {

class GgufCursor {
 public:
  GgufCursor(std::span<const std::byte> bytes, std::string origin) : bytes_(bytes), origin_(std::move(origin)) {}

  std::uint64_t offset() const { return offset_; }
  std::uint64_t left() const { return bytes_.size() - offset_; }
  const std::string& origin() const { return origin_; }

  /// A little-endian number.
  /// @param what  named in the error when the file ends here
  template <typename T>
  T number(const char* what) {
    require(sizeof(T), what);
    T value;
    std::memcpy(&value, bytes_.data() + offset_, sizeof value);
    offset_ += sizeof value;
    return value;
  }

  std::string string(const char* what);
  /// @param each  the fewest bytes one item can take
  std::uint64_t count(const char* what, std::uint64_t each);
  /// @throws InputError  for types that do not exist, arrays of arrays, and arrays too long to hold
  GgufValue value(std::uint32_t type);

  /// @throws InputError  "model.gguf: offset 24: ..."
  [[noreturn]] void fail(const std::string& message, const std::string& hint = "") const;

 private:
  void require(std::uint64_t bytes, const char* what) const;
  GgufValue array();

  std::span<const std::byte> bytes_;
  std::string origin_;
  std::uint64_t offset_ = 0;
};

}  // namespace llmops::model
