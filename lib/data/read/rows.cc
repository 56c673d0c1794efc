// One slice as an object of fields, or the reason why it is none.
#include "core/error.h"
#include "data/read/file_reader.h"
#include "data/read/mapping.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

std::variant<Json, Loss> read_json_row(const Slice& slice) {
  try {
    Json row = parse_json(slice.text, "line");
    if (!row.is_object()) return rejected("not_an_object", slice.text);
    return row;
  } catch (const InputError&) {
    return rejected("bad_json", slice.text);
  }
}

std::variant<Json, Loss> read_csv_row(const Slice& slice, char delimiter, const std::vector<std::string>& header) {
  const std::vector<std::string> cells = split_csv_row(slice.text, delimiter);
  if (cells.size() != header.size()) return rejected("csv_columns", slice.text);
  Json row = Json::object();
  for (std::size_t i = 0; i < cells.size(); ++i) row[header[i]] = cells[i];
  return row;
}

}  // namespace

std::variant<Json, Loss> read_row(const Slice& slice, Format format, const std::vector<std::string>& header) {
  if (slice.broken == "too_large" || slice.text.size() > kLargestRecord) return rejected("too_large", slice.text);
  if (!text::utf8_valid(slice.text)) return rejected("invalid_utf8", slice.text);
  if (!slice.broken.empty()) return rejected(std::string(slice.broken), slice.text);
  switch (format) {
    case Format::kJsonl: return read_json_row(slice);
    case Format::kCsv: return read_csv_row(slice, ',', header);
    case Format::kTsv: return read_csv_row(slice, '\t', header);
    case Format::kText:
    case Format::kMarkdown: break;
  }
  return Json{{"text", std::string(slice.text)}};
}

}  // namespace llmops::data
