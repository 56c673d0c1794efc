// Title, language and address: from what is made for machines first, then from what readers see.
#include "data/read/page_head.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "data/read/header_fields.h"
#include "data/read/html.h"

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

std::string text_within(const HtmlTree& tree, const HtmlNode& root) {
  std::string out;
  walk_tree(
      tree, root,
      [&](const HtmlNode& node) {
        if (node.tag == Tag::kText) append_collapsed(out, decode_entities(node.text));
        return out.size() < kLongestTitle;
      },
      [](const HtmlNode&) {});
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

void keep_first(std::string& value, std::string_view found) {
  if (!value.empty() || found.size() > kLongestTitle) return;
  append_collapsed(value, decode_entities(found));
  while (!value.empty() && value.back() == ' ') value.pop_back();
}

void read_meta(const HtmlTree& tree, const HtmlNode& element, Found& found) {
  const std::string_view content = tree.attribute(element, "content");
  const std::string_view property = tree.attribute(element, "property");
  if (property == "og:title") keep_first(found.shared_title, content);
  if (property == "og:url") keep_first(found.shared_url, content);
  if (property == "og:locale") keep_first(found.locale, content);
  if (same_name(tree.attribute(element, "http-equiv"), "content-language")) keep_first(found.locale, content);
}

bool read_element(const HtmlTree& tree, const HtmlNode& node, Found& found) {
  switch (node.tag) {
    case Tag::kHtml: keep_first(found.language, tree.attribute(node, "lang")); return true;
    case Tag::kMeta: read_meta(tree, node, found); return false;
    case Tag::kTitle: keep_first(found.title, text_within(tree, node)); return false;
    case Tag::kLink:
      if (same_name(tree.attribute(node, "rel"), "canonical"))
        keep_first(found.canonical, tree.attribute(node, "href"));
      return false;
    case Tag::kH1:
      if (found.heading.empty()) found.heading = text_within(tree, node);
      return false;
    case Tag::kSvg:  // has titles of its own
    case Tag::kScript:
    case Tag::kStyle: return false;
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

void read_page_head(const HtmlTree& tree, MainText& page) {
  Found found;
  walk_tree(
      tree, tree.nodes().front(), [&](const HtmlNode& node) { return read_element(tree, node, found); },
      [](const HtmlNode&) {});
  page.title = choose_title(found);
  page.language = language_tag(found.language.empty() ? found.locale : found.language);
  if (is_address(found.canonical)) {
    page.url = found.canonical;
  } else if (is_address(found.shared_url)) {
    page.url = found.shared_url;
  }
}

}  // namespace llmops::data
