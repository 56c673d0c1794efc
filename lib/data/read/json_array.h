// The elements of a JSON file, found without parsing them and as the bytes arrive.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "data/read/slices.h"

namespace llmops::data {

/// Cuts a top-level array into its elements, or a sequence of values (one a line, or pretty-printed) into those. It
/// follows quotes and brackets only; whether an element is JSON is found when it is parsed.
///
/// An element whose structure is broken (a bracket that does not match, a string over a line's end, an object where a
/// key must stand, one that never ends or is over 64 MiB) costs what lies up to the next line that begins like an
/// element, no further indented than the others: that part is one slice with the rule "bad_json".
class JsonCutter {
 public:
  /// @param bytes  what the call before left over, followed by new bytes
  /// @param last   nothing follows
  /// @param slices is appended to; they point into `bytes`
  /// @returns how many of `bytes` are done with; all of them where `last`
  std::size_t cut(std::string_view bytes, bool last, std::vector<Slice>& slices);

 private:
  enum class State { kBetween, kElement, kBare, kBroken };
  // Each takes up where it stopped, and says whether it came to its end within `bytes_`.
  bool skip_to_element();
  bool scan_element();
  bool scan_bare();
  bool find_next_element();

  void begin(State state, std::size_t at);
  void end_element(std::size_t at);
  bool step(char c);
  bool break_off(std::size_t at);
  void push_broken(std::size_t end);
  bool in_string_to_end();
  std::uint64_t count_lines(std::size_t to);

  State state_ = State::kBetween;
  bool in_array_ = false;

  // Offsets are into `bytes_`, the argument of the call.
  std::string_view bytes_;
  bool last_ = false;
  std::vector<Slice>* slices_ = nullptr;
  std::size_t at_ = 0;     ///< looked at up to here
  std::size_t start_ = 0;  ///< of the element

  std::string open_;  ///< the element's brackets that are open
  bool in_string_ = false, escaped_ = false, key_next_ = false;

  std::uint64_t line_ = 1;  ///< at counted_
  std::size_t counted_ = 0;
  std::uint64_t element_line_ = 1;  ///< on which it begins

  std::size_t blanks_ = 0;  ///< since the line began, while nothing else stood on it
  bool line_is_blank_ = true;
  std::size_t indent_ = kAnyIndent;  ///< of the elements that begin a line

  std::uint64_t base_ = 0;       ///< of bytes_ in the file
  std::uint64_t broken_at_ = 0;  ///< where in the file the last element broke
  int retries_ = 0;              ///< elements that broke there

  static constexpr std::size_t kAnyIndent = static_cast<std::size_t>(-1);
};

}  // namespace llmops::data
