// Protocol buffers on the wire, read field by field.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace llmops::text {

/// One field of a message. Source: Protocol Buffers, "Encoding".
struct WireField {
  std::uint64_t number = 0;
  int type = 0;             ///< 0 varint, 1 eight bytes, 2 bytes with a length, 5 four bytes
  std::uint64_t value = 0;  ///< of types 0, 1 and 5
  std::string_view bytes;   ///< of type 2
  std::size_t offset = 0;   ///< of `bytes` in the file

  bool flag() const { return value != 0; }
  float number_f32() const;
};

class WireReader {
 public:
  /// @param offset  of `bytes` in the file, for errors
  WireReader(std::string_view bytes, std::size_t offset, const std::string& origin)
      : bytes_(bytes), offset_(offset), origin_(origin) {}

  /// @return false at the end. @throws InputError  for what does not fit in the bytes
  bool next(WireField& field);
  [[noreturn]] void fail(const std::string& reason) const;

 private:
  std::uint64_t varint();
  std::string_view take(std::uint64_t length);
  std::uint64_t fixed(std::size_t size);

  std::string_view bytes_;
  std::size_t offset_;
  const std::string& origin_;
  std::size_t at_ = 0;
};

}  // namespace llmops::text
