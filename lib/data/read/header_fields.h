// "Name: value" lines, as WARC and HTTP have them in front of a body.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace llmops::data {

/// Of a record's or a response's beginning. All views are of the text that was read.
struct HeaderFields {
  std::string_view first_line;  ///< "WARC/1.0", "HTTP/1.1 200 OK"
  std::vector<std::pair<std::string_view, std::string_view>> fields;
  std::string_view body;  ///< behind the blank line

  /// The first of that name, whatever its case; "" where there is none.
  std::string_view value(std::string_view name) const;
};

/// Lines end with LF or CR LF; a line without ":" is ignored. Nothing where no blank line ends the header.
std::optional<HeaderFields> read_header_fields(std::string_view text);

/// Whether two names are equal but for the case of ASCII letters.
bool same_name(std::string_view a, std::string_view b);

std::string ascii_lower(std::string_view text);

/// "text/html" of "Text/HTML; charset=utf-8".
std::string media_type(std::string_view content_type);
/// "utf-8" of it, as it is written; "" for none.
std::string_view charset_parameter(std::string_view content_type);

/// A number of decimal digits alone. Nothing for any other text, or above 2^63.
std::optional<std::uint64_t> parse_length(std::string_view text);

}  // namespace llmops::data
