// Reports as one HTML file each: inline style and charts, no script, no outside resource, light and dark by the
// reader's preference.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace llmops {

/// @param body  HTML; below, `content` likewise. Every other text is escaped here.
std::string html_page(const std::string& title, const std::string& body);
std::string html_section(const std::string& title, const std::string& content);

using HtmlRow = std::vector<std::string>;
std::string html_table(const HtmlRow& head, const std::vector<HtmlRow>& rows);
/// Names beside their values, without a head.
std::string html_pairs(const std::vector<std::pair<std::string, std::string>>& pairs);
/// A large figure and what it is. @param tiles  (figure, label)
std::string html_tiles(const std::vector<std::pair<std::string, std::string>>& tiles);
/// What the colours of a chart's lines or bars mean; at most two names. @param marks  what marks mean, "" without
std::string html_legend(const std::vector<std::string>& names, const std::string& marks = "");

/// "2026-03-01 12:34:56 UTC" of the registry's time.
std::string readable_time(const std::string& utc);

}  // namespace llmops
