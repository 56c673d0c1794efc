// Records of one file, found as its bytes arrive.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "data/read/slices.h"

namespace llmops::data {

class RecordCutter {
 public:
  virtual ~RecordCutter() = default;
  /// @param bytes   what the call before left over, followed by new bytes
  /// @param last    nothing follows
  /// @param slices  is appended to; they point into `bytes`
  /// @returns how many of `bytes` are done with; all of them where `last`
  virtual std::size_t cut(std::string_view bytes, bool last, std::vector<Slice>& slices) = 0;
  /// Goes on behind a record that was too long to be looked at. @returns the line on which it began
  virtual std::uint64_t skip_line() = 0;
};

/// @param records  how text is cut: "file", "paragraph" or "line"
std::unique_ptr<RecordCutter> make_cutter(Format format, const std::string& records);

}  // namespace llmops::data
