#include "data/explore/mention_report.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "data/explore/stop_words.h"

namespace llmops::data::explore {
namespace {

// Fewer records than these say nothing about how mentions vary between records.
constexpr std::uint64_t kLeastRecords = 5;
constexpr double kNormal95 = 1.959963984540054;

// The lower end of the PMI's interval, the joint count being Poisson: log2(count) varies by 1 / (sqrt(count) ln 2).
double least_pmi(const AssociatedWord& word) {
  return word.pmi - kNormal95 / (std::sqrt(static_cast<double>(word.sentences)) * std::numbers::ln2);
}

std::vector<AssociatedWord> associated(const MentionCounts& counts, std::size_t group, const WordCounts& words,
                                       const MentionSpec& spec) {
  std::vector<AssociatedWord> found;
  const auto with_group = static_cast<double>(counts.sentences(group));
  counts.for_each_neighbour(group, [&](std::uint64_t word, std::uint64_t both) {
    const std::string_view text = words.text(word);
    if (both < spec.min_support || text.size() < 2 || counts.is_term_part(group, word)) return;
    if (is_stop_word(text) || (text[0] >= '0' && text[0] <= '9')) return;
    // A word that was forgotten for a time is counted too low.
    const std::uint64_t with_word = std::max(words.sentences(word), both);
    const double expected = with_group * static_cast<double>(with_word) / static_cast<double>(counts.sentences());
    AssociatedWord near{std::string(text), both, std::log2(static_cast<double>(both) / expected)};
    if (least_pmi(near) > 0) found.push_back(std::move(near));
  });
  std::sort(found.begin(), found.end(), [](const AssociatedWord& a, const AssociatedWord& b) {
    const double least_a = least_pmi(a), least_b = least_pmi(b);
    return least_a != least_b ? least_a > least_b : a.word < b.word;
  });
  if (found.size() > spec.words) found.resize(spec.words);
  return found;
}

// log(A / B) of sums over n records varies by sum (a/A - b/B)^2 * n / (n - 1).
void set_ratio(GroupReport& report, const MentionCounts& counts, std::size_t group, std::size_t reference) {
  if (report.mentions == 0 || report.reference) {
    report.ratio = report.ratio_low = report.ratio_high = report.reference ? 1 : 0;
    return;
  }
  const auto a = static_cast<double>(counts.mentions(group)), b = static_cast<double>(counts.mentions(reference));
  report.ratio = a / b;
  if (std::min(counts.records(group), counts.records(reference)) < kLeastRecords) return;
  const auto product = [&](std::size_t i, std::size_t j) { return static_cast<double>(counts.products(i, j)); };
  const auto records = static_cast<double>(counts.records());
  const double variance = (product(group, group) / (a * a) - 2 * product(group, reference) / (a * b) +
                           product(reference, reference) / (b * b)) *
                          records / (records - 1);
  const double margin = std::exp(kNormal95 * std::sqrt(std::max(variance, 0.0)));
  report.ratio_low = report.ratio / margin;
  report.ratio_high = report.ratio * margin;
}

}  // namespace

MentionReport report_mentions(const MentionCounts& counts, const WordCounts& words, const MentionSpec& spec) {
  MentionReport report;
  report.sentences = counts.sentences();
  report.min_support = spec.min_support;
  const auto groups = all_groups();
  for (std::size_t begin = 0; begin < groups.size();) {
    std::size_t end = begin, reference = begin;
    std::uint64_t mentions = 0;
    for (; end < groups.size() && groups[end].axis == groups[begin].axis; ++end) {
      mentions += counts.mentions(end);
      if (counts.mentions(end) > counts.mentions(reference)) reference = end;
    }
    for (std::size_t group = begin; group < end && mentions > 0; ++group) {
      GroupReport line;
      line.axis = groups[group].axis;
      line.name = groups[group].name;
      line.mentions = counts.mentions(group);
      line.records = counts.records(group);
      line.share = static_cast<double>(line.mentions) / static_cast<double>(mentions);
      line.record_share = static_cast<double>(line.records) / static_cast<double>(counts.records());
      line.reference = group == reference;
      set_ratio(line, counts, group, reference);
      line.words = associated(counts, group, words, spec);
      report.groups.push_back(std::move(line));
    }
    begin = end;
  }
  return report;
}

Json MentionReport::json() const {
  Json list = Json::array();
  for (const GroupReport& group : groups) {
    Json found = Json::array();
    for (const AssociatedWord& word : group.words) {
      found.push_back({{"word", word.word}, {"sentences", word.sentences}, {"pmi", word.pmi}});
    }
    Json line = {{"axis", group.axis},       {"group", group.name},         {"mentions", group.mentions},
                 {"records", group.records}, {"share", group.share},        {"record_share", group.record_share},
                 {"ratio", group.ratio},     {"reference", group.reference}};
    line["ratio_95"] = group.ratio_high > 0 ? Json::array({group.ratio_low, group.ratio_high}) : Json(nullptr);
    line["words"] = std::move(found);
    list.push_back(std::move(line));
  }
  return {{"sentences", sentences}, {"min_support", min_support}, {"groups", std::move(list)}};
}

}  // namespace llmops::data::explore
