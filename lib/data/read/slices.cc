// Lines, paragraphs and whole files as slices.
#include "data/read/slices.h"

#include <algorithm>
#include <array>
#include <utility>

namespace llmops::data {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

bool is_blank(std::string_view text) { return text.find_first_not_of(kBlanks) == std::string_view::npos; }

// Calls `take(line_number, line)` for each line, without its LF or CR LF.
template <typename Take>
void for_each_line(std::string_view bytes, Take take) {
  std::uint64_t number = 1;
  for (std::size_t begin = 0; begin < bytes.size(); ++number) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    std::string_view line = bytes.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    take(number, line);
    begin = end + 1;
  }
}

std::vector<Slice> slice_lines(std::string_view bytes) {
  std::vector<Slice> slices;
  for_each_line(bytes, [&](std::uint64_t number, std::string_view line) {
    if (!is_blank(line)) slices.push_back({number, line, ""});
  });
  return slices;
}

std::vector<Slice> slice_paragraphs(std::string_view bytes) {
  std::vector<Slice> slices;
  bool open = false;
  for_each_line(bytes, [&](std::uint64_t number, std::string_view line) {
    if (is_blank(line)) {
      open = false;
    } else if (open) {
      Slice& last = slices.back();
      last.text = {last.text.data(), static_cast<std::size_t>(line.data() + line.size() - last.text.data())};
    } else {
      slices.push_back({number, line, ""});
      open = true;
    }
  });
  return slices;
}

// "---", keys, "---" at the top of a Markdown file describe it and are not its text.
std::pair<std::uint64_t, std::string_view> without_front_matter(std::string_view bytes) {
  std::pair<std::uint64_t, std::string_view> body{1, bytes};
  bool opened = false, closed = false;
  for_each_line(bytes, [&](std::uint64_t number, std::string_view line) {
    if (closed || (number > 1 && !opened)) return;
    if (line != "---" && (number == 1 || line != "...")) return;
    if (number == 1) {
      opened = true;
      return;
    }
    closed = true;
    const std::size_t end = bytes.find('\n', static_cast<std::size_t>(line.data() - bytes.data()));
    body = {number + 1, end == std::string_view::npos ? std::string_view{} : bytes.substr(end + 1)};
  });
  return body;
}

constexpr std::array<std::pair<std::string_view, Format>, 8> kExtensions = {{{"jsonl", Format::kJsonl},
                                                                             {"ndjson", Format::kJsonl},
                                                                             {"csv", Format::kCsv},
                                                                             {"tsv", Format::kTsv},
                                                                             {"txt", Format::kText},
                                                                             {"text", Format::kText},
                                                                             {"md", Format::kMarkdown},
                                                                             {"markdown", Format::kMarkdown}}};

}  // namespace

std::optional<Format> format_of_extension(std::string_view extension) {
  if (!extension.empty() && extension[0] == '.') extension.remove_prefix(1);
  for (const auto& [name, format] : kExtensions) {
    if (extension == name) return format;
  }
  return std::nullopt;
}

std::optional<Format> parse_format(std::string_view name) { return format_of_extension(name); }

std::vector<Slice> slice_file(std::string_view bytes, Format format, std::string_view records) {
  if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) bytes.remove_prefix(kByteOrderMark.size());
  switch (format) {
    case Format::kJsonl: return slice_lines(bytes);
    case Format::kCsv: return slice_csv(bytes, ',');
    case Format::kTsv: return slice_csv(bytes, '\t');
    case Format::kMarkdown: {
      const auto [line, body] = without_front_matter(bytes);
      return {{line, body, ""}};
    }
    case Format::kText: break;
  }
  if (records == "line") return slice_lines(bytes);
  if (records == "paragraph") return slice_paragraphs(bytes);
  return {{1, bytes, ""}};
}

}  // namespace llmops::data
