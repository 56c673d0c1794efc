// What is to be read in one record: which kinds are documents, and where their text and its description stand.
#include <fmt/format.h>

#include "data/read/header_fields.h"
#include "data/read/http_response.h"
#include "data/read/main_text.h"
#include "data/read/warc.h"

namespace llmops::data {

namespace {

using Outcome = std::variant<Json, Loss>;

std::string_view without_angles(std::string_view url) {
  if (url.size() >= 2 && url.front() == '<' && url.back() == '>') return url.substr(1, url.size() - 2);
  return url;
}

bool is_html(std::string_view type) { return type == "text/html" || type == "application/xhtml+xml"; }

// For bodies whose server names no type.
std::string_view sniffed_type(std::string_view body) {
  const std::size_t begin = body.find_first_not_of(" \t\r\n");
  const std::string start = begin == std::string_view::npos ? "" : ascii_lower(body.substr(begin, 14));
  return start == "<!doctype html" || start.substr(0, 5) == "<html" ? "text/html" : "";
}

Json description(const HeaderFields& warc, std::string text) {
  return {{"text", std::move(text)},
          {"url", without_angles(warc.value("WARC-Target-URI"))},
          {"date", warc.value("WARC-Date")},
          {"title", ""}};
}

Outcome read_page(const HeaderFields& warc, std::string_view content_type, std::string_view body) {
  std::string type = media_type(content_type);
  if (type.empty()) type = media_type(warc.value("WARC-Identified-Payload-Type"));
  if (type.empty()) type = sniffed_type(body);
  if (!is_html(type) && type != "text/plain") return dropped("content_type", type);
  std::string text = page_as_utf8(body, charset_parameter(content_type), is_html(type));
  if (!is_html(type)) return description(warc, std::move(text));
  MainText page = main_text(text);
  Json row = description(warc, std::move(page.text));
  row["title"] = std::move(page.title);
  if (!page.language.empty()) row["language"] = std::move(page.language);
  return row;
}

// Text that another program took out of a page, with the languages it found.
Outcome read_conversion(const HeaderFields& warc, std::string_view body) {
  const std::string type = media_type(warc.value("Content-Type"));
  if (type != "text/plain") return dropped("content_type", type);
  Json row = description(warc, page_as_utf8(body, "", false));
  const std::string_view languages = warc.value("WARC-Identified-Content-Language");
  if (!languages.empty()) row["language"] = languages.substr(0, languages.find(','));
  return row;
}

// The block is as long as the header says; line ends behind it belong to no record.
std::string_view block_of(const HeaderFields& warc) {
  const std::optional<std::uint64_t> length = parse_length(warc.value("Content-Length"));
  return length && *length < warc.body.size() ? warc.body.substr(0, static_cast<std::size_t>(*length)) : warc.body;
}

}  // namespace

std::optional<Outcome> read_warc_record(std::string_view record) {
  const std::optional<HeaderFields> warc = read_header_fields(record);
  if (!warc || warc->first_line.substr(0, 5) != "WARC/") return rejected("bad_warc", record);
  const std::string kind = ascii_lower(warc->value("WARC-Type"));
  const std::string_view block = block_of(*warc);
  if (kind == "conversion") return read_conversion(*warc, block);
  if (kind == "resource") {
    // A crawler's own arguments and log.
    if (without_angles(warc->value("WARC-Target-URI")).substr(0, 9) == "metadata:") return std::nullopt;
    return read_page(*warc, warc->value("Content-Type"), block);
  }
  if (kind != "response") return std::nullopt;
  if (media_type(warc->value("Content-Type")) != "application/http") {
    return dropped("content_type", warc->value("Content-Type"));
  }
  std::variant<HttpResponse, Loss> response = read_http_response(block);
  if (auto* loss = std::get_if<Loss>(&response)) return std::move(*loss);
  const auto& http = std::get<HttpResponse>(response);
  return read_page(*warc, http.content_type, http.body);
}

}  // namespace llmops::data
