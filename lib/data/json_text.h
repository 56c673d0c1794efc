// JSON written straight to the end of a string, for rows by the million.
#pragma once

#include <charconv>
#include <cmath>
#include <concepts>
#include <string>
#include <string_view>

namespace llmops::data {

/// `text` in quotes, escaped where JSON demands it. Bytes that are not UTF-8 stay as they are: who reads the lines
/// rejects and counts that row alone.
void append_json_string(std::string& out, std::string_view text);

/// The shortest digits that read back as the same number of the same kind: 2.0 keeps its ".0". `null` for what JSON has
/// no number for (NaN, infinities).
template <typename Number>
  requires std::integral<Number> || std::floating_point<Number>
void append_json_number(std::string& out, Number value) {
  char digits[40];
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  const std::string_view written(digits, static_cast<std::size_t>(end.ptr - digits));
  if constexpr (std::floating_point<Number>) {
    if (!std::isfinite(value)) {
      out += "null";
      return;
    }
    out += written;
    if (written.find_first_of(".e") == std::string_view::npos) out += ".0";
  } else {
    out += written;
  }
}

}  // namespace llmops::data
