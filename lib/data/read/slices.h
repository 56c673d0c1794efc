// Files into slices: the part of a file that holds one record, still unread. One bad slice never costs another.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/record.h"

namespace llmops::data {

enum class Format {
  kJsonl,
  kCsv,
  kTsv,
  kText,
  kMarkdown,
  kJson,
  kHtml,
  kPdf,
  kWarc,
  kParquet,
  kArrow,
  kSqlite,
  kRequests
};

/// By the file's extension: jsonl, ndjson, json, csv, tsv, txt, text, md, markdown, html, htm, xhtml, pdf, warc, wet,
/// parquet, arrow, feather, sqlite, sqlite3, db.
std::optional<Format> format_of_extension(std::string_view extension);
/// By the extension before ".gz" or ".zst", where a file has one of these.
std::optional<Format> format_of_path(const std::filesystem::path& path);
/// By one of the names above, or "requests", those of the registry.
std::optional<Format> parse_format(std::string_view name);

/// Rows that need no cutting: Parquet, Arrow, SQLite and the registry's requests.
bool is_table(Format format);
/// One record a file: HTML, PDF, Markdown, and text unless the recipe cuts it.
bool is_one_record(Format format, std::string_view records);

struct Slice {
  std::uint64_t line = 0;   ///< on which it begins, from 1
  std::string_view text;    ///< without the line end
  std::string_view broken;  ///< the rule it breaks already ("csv_quote"); "" for none
};

/// Finds the records at the beginning of `bytes`; of lines, delimited values, and files that are one record.
/// @param last     nothing follows, so that all of them are used up; else a record may be cut off at the end
/// @param records  "file", "paragraph" or "line" (txt only)
/// @param line     of the first byte; moved on by the lines used up
/// @returns bytes used up: what is behind them is given again, with more behind it. Slices point into `bytes`.
/// Blank lines are no slices. A CSV file's first slice is its header.
std::size_t cut_slices(std::string_view bytes, bool last, Format format, std::string_view records, std::uint64_t& line,
                       std::vector<Slice>& slices);

/// All slices of a whole file, without its byte order mark.
std::vector<Slice> slice_file(std::string_view bytes, Format format, std::string_view records);

/// cut_slices() of RFC 4180 rows; a quoted field may hold delimiters, doubled quotes and line breaks. A quote that
/// never closes, or text behind a closing one, breaks that line only: reading goes on at the next.
std::size_t cut_csv(std::string_view bytes, bool last, char delimiter, std::uint64_t& line, std::vector<Slice>& slices);

/// The cells of one such row.
std::vector<std::string> split_csv_row(std::string_view row, char delimiter);

}  // namespace llmops::data
