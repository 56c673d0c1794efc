// The map of topics.
#include <fmt/format.h>

#include <algorithm>

#include "core/html_escape.h"
#include "core/html_page.h"
#include "core/units.h"
#include "data/explore/page/page_parts.h"
#include "data/explore/shown_text.h"

namespace llmops::data::explore::page {
namespace {

constexpr double kWidth = 760, kMostHeight = 560, kMargin = 16;

// The map's own coordinates to the drawing's, both axes alike so that distances stay true.
struct Scale {
  double middle_x = 0, middle_y = 0, factor = 1, height = 0;

  explicit Scale(const std::vector<MappedRecord>& records) {
    const auto [left, right] =
        std::minmax_element(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    const auto [bottom, top] =
        std::minmax_element(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.y < b.y; });
    middle_x = (left->x + right->x) / 2;
    middle_y = (bottom->y + top->y) / 2;
    const double wide = std::max(1e-6F, right->x - left->x), high = std::max(1e-6F, top->y - bottom->y);
    factor = std::min((kWidth - 2 * kMargin) / wide, (kMostHeight - 2 * kMargin) / high);
    height = high * factor + 2 * kMargin;
  }
  double x(double value) const { return kWidth / 2 + (value - middle_x) * factor; }
  double y(double value) const { return height / 2 - (value - middle_y) * factor; }
};

std::string first_words(const Topic& topic, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, topic.words.size()); ++i) text += (i > 0 ? " " : "") + topic.words[i];
  return text;
}

// The median place of a topic's records: its middle, wherever stray ones lie.
std::pair<double, double> middle_of(const TopicMap& map, std::size_t topic) {
  std::vector<float> x, y;
  for (const MappedRecord& record : map.records) {
    if (record.topic != topic) continue;
    x.push_back(record.x);
    y.push_back(record.y);
  }
  std::sort(x.begin(), x.end());
  std::sort(y.begin(), y.end());
  return {x[x.size() / 2], y[y.size() / 2]};
}

std::string drawing(const TopicMap& map) {
  const Scale scale(map.records);
  const double radius = map.records.size() > 800 ? 3 : map.records.size() > 200 ? 4 : 5;
  std::string svg =
      fmt::format("<svg class=\"map\" viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"map of topics\">\n", kWidth,
                  scale.height);
  for (const MappedRecord& record : map.records) {
    svg += fmt::format(
        "<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\" style=\"fill:var(--c{})\"><title>{}</title></circle>\n",
        scale.x(record.x), scale.y(record.y), radius, record.topic,
        escape_html((record.id.empty() ? "" : record.id + ": ") + shown_line(record.beginning, 200)));
  }
  for (std::size_t topic = 0; topic < map.topics.size(); ++topic) {
    if (map.topics[topic].records == 0) continue;
    const auto [x, y] = middle_of(map, topic);
    const std::string name = first_words(map.topics[topic], 2);
    // About 7 units a letter: a name near the edge is moved in.
    const double half = 3.5 * static_cast<double>(name.size());
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"middle\">{}</text>\n",
                       std::clamp(scale.x(x), std::min(half, kWidth / 2), std::max(kWidth - half, kWidth / 2)),
                       scale.y(y) + 4, escape_html(name));
  }
  return svg + "</svg>\n";
}

}  // namespace

std::string topics_section(const TopicMap& map) {
  if (map.topics.empty()) return "";
  std::string html = drawing(map);
  html +=
      "<table class=\"topics\">\n<thead><tr><th>topic</th><th>records</th><th>most "
      "typical</th></tr></thead>\n<tbody>\n";
  for (std::size_t i = 0; i < map.topics.size(); ++i) {
    const Topic& topic = map.topics[i];
    if (topic.records == 0) continue;
    html += fmt::format(
        "<tr><td><span class=\"key\" style=\"background:var(--c{})\"></span>{}</td><td>{}</td><td>{}</td></tr>\n", i,
        escape_html(first_words(topic, topic.words.size())), percent_of(topic.records, map.records.size()),
        escape_html(shown_line(map.records[topic.nearest].beginning, 140)));
  }
  html += "</tbody>\n</table>\n";
  std::string about = fmt::format(
      "{} records drawn at random; vectors of {}; clusters by k-means, named by class-based TF-IDF; drawn by t-SNE, "
      "where "
      "near things are alike and far distances mean little.",
      format_count(map.records.size()), map.vectors);
  if (map.trustworthiness > 0) {
    about += fmt::format(" Trustworthiness of 10 neighbours: {:.2f}.", map.trustworthiness);
  }
  return html_section("Topics", html + note(about));
}

}  // namespace llmops::data::explore::page
