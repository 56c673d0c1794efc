// RFC 4180, read so that one broken row costs one line.
#include <algorithm>

#include "data/read/slices.h"

namespace llmops::data {

namespace {

// A quoted field that runs longer than this was never closed.
constexpr std::size_t kLongestField = std::size_t{1} << 20;

struct RowEnd {
  std::size_t end = 0;   ///< byte behind the row's text
  std::size_t next = 0;  ///< first byte of the next row
  bool broken = false;
  bool cut = false;  ///< what follows could change it
};

RowEnd line_end(std::string_view bytes, std::size_t begin) {
  const std::size_t feed = std::min(bytes.find('\n', begin), bytes.size());
  const bool carriage = feed > begin && bytes[feed - 1] == '\r';
  return {carriage ? feed - 1 : feed, std::min(feed + 1, bytes.size()), false, false};
}

// Behind the closing quote of the field that opens at `i`, or npos where there is none within reach.
std::size_t closing_quote(std::string_view bytes, std::size_t i) {
  const std::size_t limit = std::min(bytes.size(), i + kLongestField);
  for (std::size_t j = i + 1; j < limit; ++j) {
    if (bytes[j] != '"') continue;
    if (j + 1 < bytes.size() && bytes[j + 1] == '"') {
      ++j;
    } else {
      return j + 1;
    }
  }
  return std::string_view::npos;
}

RowEnd row_end(std::string_view bytes, bool last, std::size_t begin, char delimiter) {
  std::size_t i = begin;
  while (true) {
    if (i < bytes.size() && bytes[i] == '"') {
      const std::size_t quote = i;
      i = closing_quote(bytes, i);
      const bool closed = i != std::string_view::npos;
      const bool seen_all = closed ? i < bytes.size() : quote + kLongestField <= bytes.size();
      if (!seen_all && !last) return {0, 0, false, true};
      const bool ends = closed && (i == bytes.size() || bytes[i] == delimiter || bytes[i] == '\n' || bytes[i] == '\r');
      if (!ends) {
        RowEnd broken = line_end(bytes, begin);
        broken.broken = true;
        broken.cut = !last && bytes[broken.next - 1] != '\n';
        return broken;
      }
    }
    while (i < bytes.size() && bytes[i] != delimiter && bytes[i] != '\n') ++i;
    if (i >= bytes.size() || bytes[i] == '\n') break;
    ++i;
  }
  if (i >= bytes.size() && !last) return {0, 0, false, true};
  const bool carriage = i > begin && bytes[i - 1] == '\r';
  return {carriage ? i - 1 : i, std::min(i + 1, bytes.size()), false, false};
}

}  // namespace

std::size_t cut_csv(std::string_view bytes, bool last, char delimiter, std::uint64_t& line,
                    std::vector<Slice>& slices) {
  std::size_t begin = 0;
  while (begin < bytes.size()) {
    const RowEnd row = row_end(bytes, last, begin, delimiter);
    if (row.cut) break;
    const std::string_view text = bytes.substr(begin, row.end - begin);
    if (text.find_first_not_of(" \t") != std::string_view::npos) {
      slices.push_back({line, text, row.broken ? std::string_view("csv_quote") : std::string_view{}});
    }
    const std::string_view passed = bytes.substr(begin, row.next - begin);
    line += static_cast<std::uint64_t>(std::count(passed.begin(), passed.end(), '\n'));
    begin = row.next;
  }
  return begin;
}

std::vector<std::string> split_csv_row(std::string_view row, char delimiter) {
  std::vector<std::string> cells;
  std::size_t i = 0;
  while (true) {
    std::string cell;
    if (i < row.size() && row[i] == '"') {
      for (++i; i < row.size(); ++i) {
        if (row[i] == '"') {
          if (i + 1 >= row.size() || row[i + 1] != '"') break;
          ++i;
        }
        cell += row[i];
      }
      i = std::min(i + 1, row.size());
    }
    const std::size_t end = std::min(row.find(delimiter, i), row.size());
    cell.append(row.substr(i, end - i));
    cells.push_back(std::move(cell));
    if (end == row.size()) return cells;
    i = end + 1;
  }
}

}  // namespace llmops::data
