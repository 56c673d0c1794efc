// Line ends, and elements seen before by their hashes.
#include "data/rules/lines.h"

#include <algorithm>

#include "core/hash.h"
#include "data/rules/character_class.h"
#include "data/rules/index_table.h"

namespace llmops::data {

namespace {

// Bytes of the line end at `at` that is not a plain line feed; 0 for none.
std::size_t rare_line_end(std::string_view text, std::size_t at) {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte == '\r') return at + 1 < text.size() && text[at + 1] == '\n' ? 2 : 1;
  if (byte < 0x20) return byte == '\v' || byte == '\f' || (byte >= 0x1C && byte <= 0x1E) ? 1 : 0;
  if (byte == 0xC2) return text.substr(at).starts_with("\u0085") ? 2 : 0;
  if (byte != 0xE2) return 0;
  return text.substr(at).starts_with("\u2028") || text.substr(at).starts_with("\u2029") ? 3 : 0;
}

bool may_end_line_rarely(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0xC2 || byte == 0xE2;
}

}  // namespace

std::vector<std::string_view> python_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t feed = std::min(text.find('\n', begin), text.size());
    for (std::size_t at = begin; at < feed;) {
      const std::size_t length = may_end_line_rarely(text[at]) ? rare_line_end(text, at) : 0;
      at += std::max<std::size_t>(length, 1);
      if (length == 0) continue;
      lines.push_back(text.substr(begin, at - length - begin));
      begin = at;
    }
    // "\r\n" may have taken the line feed.
    if (begin <= feed && (begin < feed || feed < text.size())) lines.push_back(text.substr(begin, feed - begin));
    begin = std::max(begin, feed + 1);
  }
  return lines;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t feed = text.find('\n'); feed != text.npos; feed = text.find('\n', begin)) {
    lines.push_back(text.substr(begin, feed - begin));
    begin = feed + 1;
  }
  lines.push_back(text.substr(begin));
  return lines;
}

Duplicates find_duplicates(const std::vector<std::string_view>& elements) {
  Duplicates found;
  if (elements.size() < 2) return found;
  std::vector<std::uint64_t> hashes(elements.size());
  IndexTable seen;
  seen.reset(elements.size());
  for (std::uint32_t i = 0; i < elements.size(); ++i) {
    hashes[i] = xxh3_64(elements[i]);
    if (seen.find_or_add(hashes[i], i, [&](std::uint32_t other) { return hashes[other]; }) == i) continue;
    ++found.elements;
    found.chars += count_chars(elements[i]);
  }
  return found;
}

}  // namespace llmops::data
