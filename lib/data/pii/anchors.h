// Where personal data may be: one pass over the text notes the few bytes that all scanners start from.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace llmops::data::pii {

/// Bytes [begin, end), a maximal run of ASCII digits.
struct DigitRun {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t size() const { return end - begin; }
};

/// All in order. Prose has few of each: a scanner costs time only where one of its anchors stands.
struct Anchors {
  std::vector<DigitRun> digits;
  std::vector<std::size_t> at_signs;
  std::vector<std::size_t> colons;
  std::vector<std::size_t> equals;
  std::vector<std::size_t> brackets;  ///< opening ones in front of "at"
};

Anchors find_anchors(std::string_view text);

/// A text with its anchors.
struct Scan {
  std::string_view text;
  Anchors anchors;
};

/// Index of the first run that begins at or behind `position`, from `from` on.
std::size_t first_run_behind(const Anchors& anchors, std::size_t from, std::size_t position);

}  // namespace llmops::data::pii
