// One slice as an object of fields, or the reason why it is none.
#include "core/error.h"
#include "data/read/file_reader.h"
#include "data/read/main_text.h"
#include "data/read/mapping.h"
#include "data/read/pdf.h"
#include "data/read/warc.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

// @param text_too  a string alone is a record's text, as in a file that is a list of them
std::variant<Json, Loss> read_json_row(const Slice& slice, bool text_too) {
  try {
    Json row = parse_json(slice.text, "line");
    if (text_too && row.is_string()) return Json{{"text", std::move(row)}};
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

Json read_html(std::string_view html) {
  const MainText page = main_text(html);
  Json row = {{"text", page.text}};
  for (const auto& [name, value] :
       {std::pair{"title", &page.title}, {"language", &page.language}, {"url", &page.url}}) {
    if (!value->empty()) row[name] = *value;
  }
  return row;
}

std::variant<Json, Loss> read_pdf(std::string_view bytes) {
  try {
    return Json{{"text", pdf_text(bytes)}};
  } catch (const InputError& error) {
    return rejected("bad_pdf", error.what());
  }
}

// A record that is no document (a request, a crawler's log) is dropped, so that counts still add up.
std::variant<Json, Loss> read_warc(const Slice& slice) {
  if (!slice.broken.empty())
    return rejected(std::string(slice.broken), text::utf8_repair(slice.text.substr(0, kHeadBytes)));
  auto read = read_warc_record(slice.text);
  if (!read.has_value()) return dropped("no_document", text::utf8_repair(slice.text.substr(0, kHeadBytes)));
  return std::move(*read);
}

}  // namespace

std::variant<Json, Loss> read_row(const Slice& slice, Format format, const std::vector<std::string>& header) {
  if (slice.broken == "too_large" || slice.text.size() > kLargestRecord) return rejected("too_large", slice.text);
  // These hold bytes of any kind, and say themselves what their text is.
  if (format == Format::kPdf) return read_pdf(slice.text);
  if (format == Format::kWarc) return read_warc(slice);
  if (!text::utf8_valid(slice.text)) return rejected("invalid_utf8", slice.text);
  if (!slice.broken.empty()) return rejected(std::string(slice.broken), slice.text);
  switch (format) {
    case Format::kJsonl: return read_json_row(slice, false);
    case Format::kCsv: return read_csv_row(slice, ',', header);
    case Format::kTsv: return read_csv_row(slice, '\t', header);
    case Format::kJson: return read_json_row(slice, true);
    case Format::kParquet:
    case Format::kArrow:
    case Format::kSqlite:
    case Format::kRequests: return read_json_row(slice, false);
    case Format::kHtml: return read_html(slice.text);
    default: break;
  }
  return Json{{"text", std::string(slice.text)}};
}

}  // namespace llmops::data
