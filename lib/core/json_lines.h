// JSON lines: one value a line, as most data files have them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmops {

struct JsonLine {
  std::string_view text;  ///< of the text that was split
  std::string origin;     ///< "train.jsonl:3", for errors
};

/// The lines that are not blank, without a byte order mark; none is parsed.
/// @param name  what to call the text in an origin, usually a path
std::vector<JsonLine> split_json_lines(std::string_view text, std::string_view name);

}  // namespace llmops
