// A scanner over lines.
#include "data/read/header_fields.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>

namespace llmops::data {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r");
  return begin == std::string_view::npos ? "" : text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string_view HeaderFields::value(std::string_view name) const {
  for (const auto& [field, found] : fields) {
    if (same_name(field, name)) return found;
  }
  return "";
}

std::optional<HeaderFields> read_header_fields(std::string_view text) {
  HeaderFields header;
  bool first = true;
  for (std::size_t begin = 0;;) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view line = trimmed(text.substr(begin, end - begin));
    begin = end + 1;
    if (first) {
      header.first_line = line;
      first = false;
    } else if (line.empty()) {
      header.body = text.substr(begin);
      return header;
    } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
      header.fields.emplace_back(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
    }
  }
}

std::string media_type(std::string_view content_type) {
  return ascii_lower(trimmed(content_type.substr(0, content_type.find(';'))));
}

std::string_view charset_parameter(std::string_view content_type) {
  while (true) {
    const std::size_t semicolon = content_type.find(';');
    if (semicolon == std::string_view::npos) return "";
    content_type.remove_prefix(semicolon + 1);
    const std::size_t equals = content_type.find('=');
    if (equals == std::string_view::npos) return "";
    if (!same_name(trimmed(content_type.substr(0, equals)), "charset")) continue;
    std::string_view value = trimmed(content_type.substr(equals + 1));
    value = value.substr(0, value.find_first_of("; "));
    while (!value.empty() && (value.front() == '"' || value.front() == '\'')) value.remove_prefix(1);
    while (!value.empty() && (value.back() == '"' || value.back() == '\'')) value.remove_suffix(1);
    return value;
  }
}

std::optional<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) return std::nullopt;
  return value;
}

}  // namespace llmops::data
