// Line ends, and elements seen before by their hashes.
#include "data/rules/lines.h"

#include <algorithm>
#include <cstring>

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

// Looks at eight bytes at a time: where none is below a blank or beyond ASCII, none ends a line.
bool has_rare_line_end(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL, kHigh = 0x80 * kOnes;
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t block = 0;
    if (at + 8 <= text.size()) {
      std::memcpy(&block, text.data() + at, 8);
      if ((((block - 0x20 * kOnes) | block) & kHigh) == 0) {
        at += 8;
        continue;
      }
    }
    for (const std::size_t end = std::min(at + 8, text.size()); at < end; ++at) {
      if (rare_line_end(text, at) != 0) return true;
    }
  }
  return false;
}

// The lines of one that has no line feed but may have other line ends.
void split_rarely(std::string_view line, std::vector<std::string_view>& lines) {
  std::size_t begin = 0;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t length = rare_line_end(line, at);
    at += std::max<std::size_t>(length, 1);
    if (length == 0) continue;
    lines.push_back(line.substr(begin, at - length - begin));
    begin = at;
  }
  lines.push_back(line.substr(begin));
}

}  // namespace

std::vector<std::string_view> python_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  const bool rare = has_rare_line_end(text);
  for (std::string_view line : split_lines(text)) {
    // What ends the line before its line feed is one end with it.
    const bool last = line.data() + line.size() == text.data() + text.size();
    if (!last && line.ends_with('\r')) line.remove_suffix(1);
    if (rare) {
      split_rarely(line, lines);
    } else {
      lines.push_back(line);
    }
  }
  if (lines.back().empty()) lines.pop_back();  // an end is not followed by a line
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
