// The bytes of a pickle front to back, each read checked against what is left.
#pragma once

#include <fmt/format.h>

#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "core/error.h"

namespace llmops::model {

class PickleBytes {
 public:
  /// @param base  offset of `bytes` in the file, for errors
  PickleBytes(std::span<const std::byte> bytes, const std::string& origin, std::uint64_t base)
      : bytes_(bytes), origin_(origin), base_(base) {}

  std::uint64_t position() const { return position_; }
  std::uint64_t offset() const { return base_ + opcode_; }  ///< of the present opcode in the file

  [[noreturn]] void fail(const std::string& message, const std::string& hint = "") const {
    throw InputError(fmt::format("{}: offset {}: {}", origin_, offset(), message), hint);
  }

  int next_opcode() {
    opcode_ = position_;
    return number<std::uint8_t>();
  }

  std::string_view take(std::uint64_t count) {
    if (count > bytes_.size() - position_) {
      fail(fmt::format("{} bytes are needed, {} are left", count, bytes_.size() - position_),
           "the file may be cut short; fetch it again");
    }
    const auto* begin = reinterpret_cast<const char*>(bytes_.data()) + position_;
    position_ += count;
    return {begin, static_cast<std::size_t>(count)};
  }

  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }

  /// Up to the next line feed, which is skipped.
  std::string_view line() {
    const std::string_view rest(reinterpret_cast<const char*>(bytes_.data()) + position_, bytes_.size() - position_);
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) fail("a name without an end");
    position_ += end + 1;
    return rest.substr(0, end);
  }

 private:
  std::span<const std::byte> bytes_;
  const std::string& origin_;
  std::uint64_t base_;
  std::uint64_t position_ = 0;
  std::uint64_t opcode_ = 0;  ///< where the present one begins
};

}  // namespace llmops::model
