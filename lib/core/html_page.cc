#include "core/html_page.h"

#include <fmt/format.h>

#include "core/html_escape.h"
#include "core/html_style.h"

namespace llmops {
namespace {

std::string row(const HtmlRow& cells, const char* element) {
  std::string html = "<tr>";
  for (const auto& cell : cells) html += fmt::format("<{0}>{1}</{0}>", element, escape_html(cell));
  return html + "</tr>";
}

}  // namespace

std::string html_page(const std::string& title, const std::string& body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" "
      "content=\"light dark\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n{}</main>\n</body>\n"
      "</html>\n",
      escape_html(title), kHtmlStyle, body);
}

std::string html_section(const std::string& title, const std::string& content) {
  return fmt::format("<section>\n<h2>{}</h2>\n{}</section>\n", escape_html(title), content);
}

std::string html_table(const HtmlRow& head, const std::vector<HtmlRow>& rows) {
  std::string html = "<table>\n<thead>" + row(head, "th") + "</thead>\n<tbody>\n";
  for (const HtmlRow& cells : rows) html += row(cells, "td") + "\n";
  return html + "</tbody>\n</table>\n";
}

std::string html_pairs(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string html = "<table class=\"pairs\">\n<tbody>\n";
  for (const auto& [name, value] : pairs) html += row({name, value}, "td") + "\n";
  return html + "</tbody>\n</table>\n";
}

std::string html_tiles(const std::vector<std::pair<std::string, std::string>>& tiles) {
  std::string html = "<div class=\"tiles\">\n";
  for (const auto& [figure, label] : tiles) {
    html +=
        fmt::format("<div class=\"tile\"><b>{}</b><span>{}</span></div>\n", escape_html(figure), escape_html(label));
  }
  return html + "</div>\n";
}

std::string html_legend(const std::vector<std::string>& names, const std::string& marks) {
  if (names.empty() && marks.empty()) return "";
  std::string html = "<p class=\"legend\">";
  for (std::size_t i = 0; i < names.size(); ++i) {
    html += fmt::format("<i class=\"{}\"></i>{} ", i == 0 ? "a" : "b", escape_html(names[i]));
  }
  if (!marks.empty()) html += fmt::format("<i class=\"mark\"></i>{}", escape_html(marks));
  return html + "</p>\n";
}

std::string readable_time(const std::string& utc) {
  return utc.size() < 19 ? utc : utc.substr(0, 10) + " " + utc.substr(11, 8) + " UTC";
}

}  // namespace llmops
