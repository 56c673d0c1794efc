// Lines, paragraphs and whole files as slices.
#include "data/read/slices.h"

#include <algorithm>
#include <utility>

namespace llmops::data {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t\r\n";

bool is_blank(std::string_view text) { return text.find_first_not_of(kBlanks) == std::string_view::npos; }

// Calls `take(line_number, line)` for each line, without its LF or CR LF. @returns the number of the line behind the
// last
template <typename Take>
std::uint64_t for_each_line(std::string_view bytes, std::uint64_t number, Take take) {
  for (std::size_t begin = 0; begin < bytes.size(); ++number) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    std::string_view line = bytes.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    take(number, line);
    begin = end + 1;
  }
  return number;
}

// Bytes up to and with the last line feed, or all where nothing follows.
std::size_t whole_lines(std::string_view bytes, bool last) {
  if (last) return bytes.size();
  const std::size_t feed = bytes.rfind('\n');
  return feed == std::string_view::npos ? 0 : feed + 1;
}

std::size_t cut_lines(std::string_view bytes, bool last, std::uint64_t& line, std::vector<Slice>& slices) {
  const std::size_t used = whole_lines(bytes, last);
  line = for_each_line(bytes.substr(0, used), line, [&](std::uint64_t number, std::string_view text) {
    if (!is_blank(text)) slices.push_back({number, text, ""});
  });
  return used;
}

std::size_t cut_paragraphs(std::string_view bytes, bool last, std::uint64_t& line, std::vector<Slice>& slices) {
  const std::size_t lines = whole_lines(bytes, last);
  bool open = false;
  std::uint64_t next = for_each_line(bytes.substr(0, lines), line, [&](std::uint64_t number, std::string_view text) {
    if (is_blank(text)) {
      open = false;
    } else if (open) {
      Slice& paragraph = slices.back();
      const char* end = text.data() + text.size();
      paragraph.text = {paragraph.text.data(), static_cast<std::size_t>(end - paragraph.text.data())};
    } else {
      slices.push_back({number, text, ""});
      open = true;
    }
  });
  std::size_t used = lines;
  if (open && !last) {  // more of the last paragraph may come
    used = static_cast<std::size_t>(slices.back().text.data() - bytes.data());
    next = slices.back().line;
    slices.pop_back();
  }
  line = next;
  return used;
}

// "---", keys, "---" at the top of a Markdown file describe it and are not its text.
std::pair<std::uint64_t, std::string_view> without_front_matter(std::string_view bytes) {
  std::pair<std::uint64_t, std::string_view> body{1, bytes};
  bool opened = false, closed = false;
  for_each_line(bytes, 1, [&](std::uint64_t number, std::string_view line) {
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

constexpr std::pair<std::string_view, Format> kExtensions[] = {
    {"jsonl", Format::kJsonl},     {"ndjson", Format::kJsonl},  {"json", Format::kJson},
    {"csv", Format::kCsv},         {"tsv", Format::kTsv},       {"txt", Format::kText},
    {"text", Format::kText},       {"md", Format::kMarkdown},   {"markdown", Format::kMarkdown},
    {"html", Format::kHtml},       {"htm", Format::kHtml},      {"xhtml", Format::kHtml},
    {"pdf", Format::kPdf},         {"warc", Format::kWarc},     {"wet", Format::kWarc},
    {"parquet", Format::kParquet}, {"arrow", Format::kArrow},   {"feather", Format::kArrow},
    {"ipc", Format::kArrow},       {"sqlite", Format::kSqlite}, {"sqlite3", Format::kSqlite},
    {"db", Format::kSqlite}};

}  // namespace

std::optional<Format> format_of_extension(std::string_view extension) {
  if (!extension.empty() && extension[0] == '.') extension.remove_prefix(1);
  for (const auto& [name, format] : kExtensions) {
    if (extension == name) return format;
  }
  return std::nullopt;
}

std::optional<Format> format_of_path(const std::filesystem::path& path) {
  const std::string packed = path.extension().string();
  const bool is_packed = packed == ".gz" || packed == ".gzip" || packed == ".zst" || packed == ".zstd";
  return format_of_extension((is_packed ? path.stem() : path).extension().string());
}

bool is_table(Format format) {
  return format == Format::kParquet || format == Format::kArrow || format == Format::kSqlite ||
         format == Format::kRequests;
}

bool is_one_record(Format format, std::string_view records) {
  return format == Format::kMarkdown || format == Format::kHtml || format == Format::kPdf ||
         (format == Format::kText && records == "file");
}

std::optional<Format> parse_format(std::string_view name) {
  return name == "requests" ? Format::kRequests : format_of_extension(name);
}

std::size_t cut_slices(std::string_view bytes, bool last, Format format, std::string_view records, std::uint64_t& line,
                       std::vector<Slice>& slices) {
  switch (format) {
    case Format::kJsonl: return cut_lines(bytes, last, line, slices);
    case Format::kCsv: return cut_csv(bytes, last, ',', line, slices);
    case Format::kTsv: return cut_csv(bytes, last, '\t', line, slices);
    case Format::kText:
      if (records == "line") return cut_lines(bytes, last, line, slices);
      if (records == "paragraph") return cut_paragraphs(bytes, last, line, slices);
      break;
    default: break;
  }
  if (!last) return 0;
  if (format == Format::kMarkdown) {
    const auto [first, body] = without_front_matter(bytes);
    slices.push_back({first, body, ""});
  } else {
    slices.push_back({line, bytes, ""});
  }
  return bytes.size();
}

std::vector<Slice> slice_file(std::string_view bytes, Format format, std::string_view records) {
  if (bytes.substr(0, kByteOrderMark.size()) == kByteOrderMark) bytes.remove_prefix(kByteOrderMark.size());
  std::vector<Slice> slices;
  std::uint64_t line = 1;
  cut_slices(bytes, true, format, records, line, slices);
  return slices;
}

}  // namespace llmops::data
