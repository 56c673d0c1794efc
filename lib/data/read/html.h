// HTML to text: what a reader of the page would see.
#pragma once

#include <string>
#include <string_view>

namespace llmops::data {

/// Drops tags, comments, scripts and styles; block tags end a line; entities become characters. Only HTML's own element
/// names count as tags, so "if a<b" and "vector<int>" stay. Malformed markup never fails.
std::string strip_html(std::string_view text);

/// Decodes "&amp;", "&#39;", "&#x27;" and the named entities of HTML 4; an unknown one stays as it is.
std::string decode_entities(std::string_view text);

}  // namespace llmops::data
