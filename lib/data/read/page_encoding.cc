// The encoding of a page: what its bytes are, what its server says, what it says itself, in that order.
#include <algorithm>
#include <optional>

#include "data/read/encoding.h"
#include "data/read/header_fields.h"
#include "data/read/http_response.h"
#include "text/utf8.h"

namespace llmops::data {

namespace {

constexpr std::size_t kMetaBytes = 4096;  // HTML asks for 1024; real pages put it later

// The value behind `charset=` within the page's head, with or without quotes.
std::string_view meta_charset(std::string_view html) {
  html = html.substr(0, kMetaBytes);
  for (std::size_t at = 0; at + 7 < html.size(); ++at) {
    if ((html[at] | 0x20) != 'c' || !same_name(html.substr(at, 7), "charset")) continue;
    std::size_t from = html.find_first_not_of(" \t\r\n", at + 7);
    if (from == std::string_view::npos || html[from] != '=') continue;
    from = html.find_first_not_of(" \t\r\n\"'", from + 1);
    if (from == std::string_view::npos) break;
    return html.substr(from, std::min(html.find_first_of("\"' \t\r\n;/>", from), html.size()) - from);
  }
  return "";
}

// What a declaration means: sets that are subsets of a common larger one are read as that, as browsers do.
std::optional<Encoding> declared_encoding(std::string_view name) {
  const std::string lower = ascii_lower(name);
  if (lower == "iso-8859-1" || lower == "latin1" || lower == "us-ascii" || lower == "ascii") {
    return find_encoding("windows-1252");
  }
  if (lower == "gb2312" || lower == "gbk" || lower == "x-gbk") return find_encoding("gb18030");
  if (lower == "x-sjis") return find_encoding("shift_jis");
  return find_encoding(name);
}

Encoding page_encoding(std::string_view body, std::string_view declared, bool html) {
  Encoding found = detect_encoding(body.substr(0, kEncodingHead), body.size() <= kEncodingHead);
  const bool ascii = std::none_of(body.begin(), body.end(), [](char c) { return (c & '\x80') != 0; });
  if (found.mark > 0 || (!ascii && text::utf8_valid(body))) return found;
  for (const std::string_view name : {declared, html ? meta_charset(body) : std::string_view{}}) {
    const std::optional<Encoding> encoding = declared_encoding(name);
    // A page of single bytes that could be looked through for its <meta> is not in UTF-16, whatever it says.
    if (encoding && encoding->name.substr(0, 4) != "UTF-") return *encoding;
    if (encoding && encoding->is_utf8()) return *encoding;
  }
  return found;
}

}  // namespace

std::string page_as_utf8(std::string_view body, std::string_view declared, bool html) {
  std::uint64_t replaced = 0;
  const std::string text = to_utf8(body, page_encoding(body, declared, html), replaced);
  return text::utf8_valid(text) ? text : text::utf8_repair(text);
}

}  // namespace llmops::data
