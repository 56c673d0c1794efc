// Where in a text mojibake may be. Every sequence begins with a character from U+00C2 to U+00F4, whose UTF-8 begins
// with the byte C3; C1 controls begin with C2.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

namespace llmops::data {

/// Places where a lead character has a follower, or a C1 control stands, from left to right. Both are looked for at the
/// same time, and neither twice over the same text.
class SuspectScan {
 public:
  explicit SuspectScan(std::string_view text) : text_(text) {}

  /// @param from  at least what the last call was given
  /// @returns the first place at or after `from`; the text's size where there is none
  std::size_t next(std::size_t from) {
    if (!started_ || lead_ < from) {
      lead_ = find(from, '\xC3', [&](std::size_t at) {
        const unsigned second = byte_at(text_, at + 1);
        return second >= 0x82 && second <= 0xB4 && follows_lead(text_, at + 2, second);
      });
    }
    if (!started_ || control_ < from) {
      control_ = find(from, '\xC2', [&](std::size_t at) { return byte_at(text_, at + 1) - 0x80 < 0x20; });
    }
    started_ = true;
    return std::min(lead_, control_);
  }

 private:
  static unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
  }

  // Whether a character begins here that a byte from 80 to BF reads as; or, after Â and Ã, a fixed blank made plain.
  static bool follows_lead(std::string_view text, std::size_t at, unsigned second) {
    switch (byte_at(text, at)) {
      case 0xC2:
      case 0xC5:
      case 0xC6:
      case 0xCB:
      case 0xE2: return true;
      case ' ': return second <= 0x83;
      default: return false;
    }
  }

  template <typename Holds>
  std::size_t find(std::size_t from, char wanted, Holds holds) const {
    for (std::size_t at = from; at < text_.size(); ++at) {
      const void* found = std::memchr(text_.data() + at, wanted, text_.size() - at);
      if (found == nullptr) break;
      at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
      if (holds(at)) return at;
    }
    return text_.size();
  }

  std::string_view text_;
  bool started_ = false;
  std::size_t lead_ = 0, control_ = 0;
};

}  // namespace llmops::data
