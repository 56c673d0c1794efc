// Title, language and address: from what is made for machines first, then from what readers see.
#include "data/read/page_head.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "data/read/header_fields.h"
#include "data/read/html_tree.h"

namespace llmops::data {

namespace {

constexpr std::size_t kLongestTitle = 1000;  // bytes

struct Found {
  std::string title, heading, shared_title, shared_url, canonical, language, locale;
};

void append_collapsed(std::string& out, std::string_view text) {
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
}

std::string text_within(const GumboNode& root) {
  std::string out;
  walk_tree(
      root,
      [&](const GumboNode& node) {
        if (node.type == GUMBO_NODE_TEXT || node.type == GUMBO_NODE_WHITESPACE) append_collapsed(out, node.v.text.text);
        return out.size() < kLongestTitle;
      },
      [](const GumboNode&) {});
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

void keep_first(std::string& value, std::string_view found) {
  if (!value.empty() || found.size() > kLongestTitle) return;
  append_collapsed(value, found);
  while (!value.empty() && value.back() == ' ') value.pop_back();
}

void read_meta(const GumboElement& element, Found& found) {
  const std::string_view content = attribute(element, "content");
  const std::string_view property = attribute(element, "property");
  if (property == "og:title") keep_first(found.shared_title, content);
  if (property == "og:url") keep_first(found.shared_url, content);
  if (property == "og:locale") keep_first(found.locale, content);
  if (same_name(attribute(element, "http-equiv"), "content-language")) keep_first(found.locale, content);
}

bool read_element(const GumboNode& node, Found& found) {
  const GumboElement& element = node.v.element;
  switch (element.tag) {
    case GUMBO_TAG_HTML: keep_first(found.language, attribute(element, "lang")); return true;
    case GUMBO_TAG_META: read_meta(element, found); return false;
    case GUMBO_TAG_TITLE: keep_first(found.title, text_within(node)); return false;
    case GUMBO_TAG_LINK:
      if (same_name(attribute(element, "rel"), "canonical")) keep_first(found.canonical, attribute(element, "href"));
      return false;
    case GUMBO_TAG_H1:
      if (found.heading.empty()) found.heading = text_within(node);
      return false;
    case GUMBO_TAG_SVG:  // has titles of its own
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE: return false;
    default: return true;
  }
}

bool is_address(std::string_view text) { return text.substr(0, 7) == "http://" || text.substr(0, 8) == "https://"; }

// "Name of the page | Name of the site": the heading, where the title holds it; else the title.
std::string choose_title(const Found& found) {
  if (!found.heading.empty() && found.title.size() > found.heading.size() &&
      found.title.find(found.heading) != std::string::npos && found.heading.size() * 3 >= found.title.size()) {
    return found.heading;
  }
  if (!found.shared_title.empty()) return found.shared_title;
  return found.title.empty() ? found.heading : found.title;
}

std::string language_tag(std::string text) {
  text = text.substr(0, text.find_first_of(", ;"));
  std::replace(text.begin(), text.end(), '_', '-');
  const bool plausible =
      text.size() >= 2 && text.size() <= 12 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
      });
  return plausible ? text : "";
}

}  // namespace

void read_page_head(const GumboNode& document, MainText& page) {
  Found found;
  walk_tree(
      document,
      [&](const GumboNode& node) {
        if (node.type == GUMBO_NODE_ELEMENT) return read_element(node, found);
        return node.type == GUMBO_NODE_DOCUMENT;
      },
      [](const GumboNode&) {});
  page.title = choose_title(found);
  page.language = language_tag(found.language.empty() ? found.locale : found.language);
  if (is_address(found.canonical)) {
    page.url = found.canonical;
  } else if (is_address(found.shared_url)) {
    page.url = found.shared_url;
  }
}

}  // namespace llmops::data
