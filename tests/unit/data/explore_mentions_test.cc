// Mentions of groups: counts, ratios and associations, by hand.
#include <algorithm>
#include <cmath>
#include <set>

#include "data/explore/mention_report.h"
#include "data/explore/text_counts.h"
#include "support/catch.h"

using namespace llmops::data::explore;

namespace {

const GroupReport* find_group(const MentionReport& report, const std::string& name) {
  for (const GroupReport& group : report.groups) {
    if (group.name == name) return &group;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("mentions are counted by word, by runs of two, by sentence and by record", "[explore]") {
  TextCounts counts;
  counts.add_text("She saw her brother. A white wall stood there. White people came.");
  counts.end_record();
  counts.add_text("Nobody was there");
  counts.end_record();
  counts.finish();
  const MentionReport report = report_mentions(counts.mentions, counts.words, {1, 8});
  CHECK(report.sentences == 4);
  const GroupReport* women = find_group(report, "women");
  REQUIRE(women != nullptr);
  CHECK(women->mentions == 2);
  CHECK(women->records == 1);
  CHECK(women->record_share == 0.5);
  CHECK(women->share == Approx(2.0 / 3));
  CHECK(find_group(report, "men")->mentions == 1);
  CHECK(find_group(report, "white people")->mentions == 1);
  CHECK(find_group(report, "Christians") == nullptr);  // nobody mentions a religion
}

TEST_CASE("the words of a group are those it shares sentences with, by mutual information", "[explore]") {
  TextCounts counts;
  for (int i = 0; i < 40; ++i) counts.add_text("The nurse said she slept. The engine hummed. The river froze.");
  for (int i = 0; i < 40; ++i) counts.add_text("The river rose. An engine said nothing");
  for (int i = 0; i < 4; ++i) counts.add_text("She sculpted");
  counts.end_record();
  const MentionReport report = report_mentions(counts.mentions, counts.words, {5, 8});
  const GroupReport* women = find_group(report, "women");
  REQUIRE(women->words.size() == 2);  // "the" and "said" tell nothing, "sculpted" is too rare
  CHECK(women->words[0].word == "nurse");
  CHECK(women->words[0].sentences == 40);
  // 204 sentences, 44 with a mention, 40 with the word, 40 with both.
  CHECK(women->words[0].pmi == Approx(std::log2(40.0 * 204 / (44 * 40))));
  CHECK(women->words[1].word == "slept");
}

TEST_CASE("a ratio's interval takes records as independent, not mentions", "[explore]") {
  TextCounts counts;
  const int women[] = {1, 0, 2, 1, 3, 0, 1, 1, 0, 2}, men[] = {2, 3, 1, 4, 2, 1, 0, 5, 2, 2};
  double a = 0, b = 0, variance = 0;
  for (int i = 0; i < 10; ++i) {
    a += women[i];
    b += men[i];
  }
  for (int i = 0; i < 10; ++i) {
    std::string text;
    for (int k = 0; k < women[i]; ++k) text += "she ";
    for (int k = 0; k < men[i]; ++k) text += "he ";
    counts.add_text(text + "here");
    counts.end_record();
    variance += std::pow(women[i] / a - men[i] / b, 2) * 10 / 9;
  }
  const MentionReport report = report_mentions(counts.mentions, counts.words, {});
  const GroupReport* group = find_group(report, "women");
  CHECK(find_group(report, "men")->reference);
  CHECK(group->ratio == Approx(a / b));
  CHECK(group->ratio_low == Approx(a / b * std::exp(-1.959963984540054 * std::sqrt(variance))));
  CHECK(group->ratio_high == Approx(a / b * std::exp(1.959963984540054 * std::sqrt(variance))));
}

TEST_CASE("too few records give no interval, and shards add up", "[explore]") {
  TextCounts all, first, second;
  for (int i = 0; i < 4; ++i) {
    for (TextCounts* counts : {&all, i % 2 == 0 ? &first : &second}) {
      counts->add_text("He told his sister of it.");
      counts->end_record();
    }
  }
  first.merge(second);
  const auto whole = report_mentions(all.mentions, all.words, {}),
             merged = report_mentions(first.mentions, first.words, {});
  CHECK(whole.json() == merged.json());
  CHECK(find_group(whole, "women")->ratio_high == 0);
  CHECK(whole.json()["groups"][0]["ratio_95"].is_null());
}

TEST_CASE("every term is in lower case, in one group, and one the scanner can give", "[explore]") {
  std::set<std::string> seen;
  for (const Group& group : all_groups()) {
    std::string terms(group.terms);
    for (std::size_t begin = 0; begin < terms.size();) {
      const std::size_t end = std::min(terms.find(' ', begin), terms.size());
      std::string term = terms.substr(begin, end - begin);
      INFO(group.name << ": " << term);
      CHECK(seen.insert(term).second);
      CHECK(term.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos);
      CHECK(std::count(term.begin(), term.end(), '_') <= 1);
      begin = end + 1;
    }
  }
}
