// A tag stripper in one pass. It recognises elements by name and so leaves other uses of "<" alone.
#include "data/read/html.h"

#include <algorithm>
#include <string>

namespace llmops::data {

namespace {

bool is_name_char(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

template <std::size_t N>
bool contains(const std::string_view (&sorted)[N], std::string_view name) {
  return std::binary_search(std::begin(sorted), std::end(sorted), name);
}

// Elements that begin and end lines.
constexpr std::string_view kBlocks[] = {
    "address", "article",  "aside",      "blockquote", "body",   "br",    "center", "dd",    "div", "dl",
    "dt",      "fieldset", "figcaption", "figure",     "footer", "form",  "h1",     "h2",    "h3",  "h4",
    "h5",      "h6",       "header",     "hr",         "html",   "li",    "main",   "nav",   "ol",  "p",
    "pre",     "section",  "table",      "tbody",      "td",     "tfoot", "th",     "thead", "tr",  "ul"};
constexpr std::string_view kInline[] = {
    "a",        "abbr",     "acronym", "audio",   "b",        "base", "bdi",      "bdo",   "big",
    "button",   "canvas",   "caption", "cite",    "code",     "col",  "colgroup", "data",  "del",
    "details",  "dfn",      "em",      "embed",   "font",     "i",    "iframe",   "img",   "input",
    "ins",      "kbd",      "label",   "legend",  "link",     "map",  "mark",     "meta",  "meter",
    "object",   "option",   "param",   "picture", "progress", "q",    "s",        "samp",  "select",
    "small",    "source",   "span",    "strike",  "strong",   "sub",  "summary",  "sup",   "svg",
    "template", "textarea", "time",    "title",   "tt",       "u",    "var",      "video", "wbr"};
// Elements whose content nobody reads.
constexpr std::string_view kHidden[] = {"head", "noscript", "script", "style"};

constexpr std::size_t kLongestTag = 16384;  // so that a quote that never closes costs no scan of the whole text

struct Tag {
  std::string name;  ///< lower case; "" when it is not a tag
  bool closing = false;
  std::size_t end = 0;  ///< byte behind ">"
};

Tag read_tag(std::string_view text, std::size_t i) {
  Tag tag;
  std::size_t j = i + 1;
  if (j < text.size() && text[j] == '/') {
    tag.closing = true;
    ++j;
  }
  while (j < text.size() && is_name_char(text[j]) && tag.name.size() < 12) {
    tag.name += static_cast<char>(text[j] >= 'A' && text[j] <= 'Z' ? text[j] | 0x20 : text[j]);
    ++j;
  }
  const bool known = contains(kBlocks, tag.name) || contains(kInline, tag.name) || contains(kHidden, tag.name);
  const bool ends = j < text.size() && (text[j] == '>' || text[j] == '/' || text[j] == ' ' || text[j] == '\n' ||
                                        text[j] == '\t' || text[j] == '\r');
  if (!known || !ends) return {};
  const std::size_t attributes = j;
  // "a<b and c>d": a one-letter element has either nothing or an attribute with a value.
  const auto is_comparison = [&] {
    const std::string_view rest = text.substr(attributes, j - attributes);
    return tag.name.size() == 1 && rest.find_first_not_of(" \t\r\n/") != std::string_view::npos &&
           rest.find('=') == std::string_view::npos;
  };
  char quote = 0;  // ">" may stand within an attribute's value
  const std::size_t limit = std::min(text.size(), i + kLongestTag);
  for (; j < limit; ++j) {
    if (quote != 0) {
      if (text[j] == quote) quote = 0;
    } else if (text[j] == '>') {
      if (is_comparison()) return {};
      tag.end = j + 1;
      return tag;
    } else if (text[j] == '<') {
      return {};  // never closed
    } else if ((text[j] == '"' || text[j] == '\'') && text[j - 1] == '=') {
      quote = text[j];
    }
  }
  return {};
}

// Behind "</name>", or the end of the text where it is never closed.
std::size_t hidden_end(std::string_view text, std::size_t from, const std::string& name) {
  for (std::size_t i = text.find("</", from); i != std::string_view::npos; i = text.find("</", i + 2)) {
    const Tag tag = read_tag(text, i);
    if (tag.name == name) return tag.end;
  }
  return text.size();
}

std::size_t declaration_end(std::string_view text, std::size_t i) {
  if (text.substr(i, 4) == "<!--") {
    const std::size_t end = text.find("-->", i + 4);
    return end == std::string_view::npos ? i : end + 3;  // one that never closes is text
  }
  const bool doctype = text.size() - i > 9 && (text[i + 2] | 0x20) == 'd' && (text[i + 3] | 0x20) == 'o';
  const std::size_t end = doctype ? text.find('>', i) : std::string_view::npos;
  return end == std::string_view::npos ? i : end + 1;
}

}  // namespace

std::string strip_html(std::string_view text) {
  if (text.find('<') == std::string_view::npos) return decode_entities(text);
  std::string out;
  out.reserve(text.size());
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t open = std::min(text.find('<', i), text.size());
    out.append(text.substr(i, open - i));
    if (open == text.size()) break;
    i = open + 1;
    if (i < text.size() && text[i] == '!') {
      const std::size_t end = declaration_end(text, open);
      if (end > open) {
        i = end;
        continue;
      }
    }
    const Tag tag = read_tag(text, open);
    if (tag.name.empty()) {
      out += '<';
      continue;
    }
    i = tag.end;
    if (contains(kHidden, tag.name) && !tag.closing) i = hidden_end(text, i, tag.name);
    if (contains(kBlocks, tag.name)) out += '\n';
  }
  return decode_entities(out);
}

}  // namespace llmops::data
