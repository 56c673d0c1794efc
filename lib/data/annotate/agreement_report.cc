// The agreement report as JSON and as text.
#include <fmt/format.h>

#include <cmath>

#include "core/table.h"
#include "core/units.h"
#include "data/annotate/agreement.h"

namespace llmops::data {

namespace {

constexpr auto kRight = Table::Align::kRight;

std::string percent(double share) { return std::isnan(share) ? "-" : fmt::format("{:.1f}%", 100 * share); }

Json question_json(const QuestionAgreement& question) {
  Json pairs = Json::array(), categories = Json::array();
  for (const PairAgreement& pair : question.pairs) {
    pairs.push_back({{"first", pair.first},
                     {"second", pair.second},
                     {"units", pair.units},
                     {"agreed", measure_json(pair.agreed)},
                     {"kappa", measure_json(pair.kappa)},
                     {"kappa_linear", measure_json(pair.linear)},
                     {"kappa_quadratic", measure_json(pair.quadratic)}});
  }
  for (const CategoryAgreement& category : question.categories) {
    categories.push_back(
        {{"name", category.name}, {"answers", category.answers}, {"agreed", measure_json(category.agreed)}});
  }
  return {{"name", question.name},
          {"units", question.units},
          {"shared", question.shared},
          {"agreed", measure_json(question.agreed)},
          {"pairs", std::move(pairs)},
          {"fleiss_kappa",
           {{"value", measure_json(question.fleiss)},
            {"people", question.fleiss_people},
            {"units", question.fleiss_units}}},
          {"krippendorff_alpha",
           {{"nominal", measure_json(question.alpha)},
            {"ordinal", measure_json(question.alpha_ordinal)},
            {"interval", measure_json(question.alpha_interval)}}},
          {"categories", std::move(categories)},
          {"confusion", question.confusion}};
}

std::string pairs_text(const QuestionAgreement& question, int width) {
  if (question.pairs.empty()) return "";
  Table table({{"annotators"},
               {"shared", kRight},
               {"agree", kRight},
               {"kappa", kRight},
               {"linear", kRight},
               {"quadratic", kRight}});
  for (const PairAgreement& pair : question.pairs) {
    table.add_row({pair.first + ", " + pair.second, format_count(pair.units), percent(pair.agreed),
                   measure_text(pair.kappa), measure_text(pair.linear), measure_text(pair.quadratic)});
  }
  return table.render(width);
}

std::string categories_text(const QuestionAgreement& question, int width) {
  constexpr std::size_t kWidestConfusion = 12;
  if (question.categories.empty() || question.shared == 0) return "";
  const bool confusion = question.categories.size() <= kWidestConfusion;
  std::vector<Table::Column> columns{{"answer"}, {"given", kRight}, {"agree", kRight}};
  if (confusion) {
    for (const CategoryAgreement& category : question.categories) columns.push_back({category.name, kRight});
  }
  Table table(columns);
  for (std::size_t c = 0; c < question.categories.size(); ++c) {
    const CategoryAgreement& category = question.categories[c];
    std::vector<std::string> cells{category.name, format_count(category.answers), percent(category.agreed)};
    for (std::size_t k = 0; confusion && k < question.categories.size(); ++k)
      cells.push_back(format_number(question.confusion[c][k]));
    table.add_row(cells);
  }
  return (confusion ? "Who answers one thing (row), and what others say of it (column):\n" : "") + table.render(width);
}

std::string question_text(const QuestionAgreement& question, int width) {
  std::string text = fmt::format("\n{}: {} judged, {} by two and more, {} of the answers to one agree\n", question.name,
                                 format_count(question.units), format_count(question.shared), percent(question.agreed));
  if (question.shared == 0) return text;
  text += fmt::format("Krippendorff's alpha {}", measure_text(question.alpha));
  if (question.ordered) {
    text += fmt::format(" (ordinal {}, interval {})", measure_text(question.alpha_ordinal),
                        measure_text(question.alpha_interval));
  }
  if (question.fleiss_people > 0) {
    text += fmt::format(", Fleiss' kappa {} ({} with {} answers)", measure_text(question.fleiss),
                        format_count(question.fleiss_units), question.fleiss_people);
  }
  return text + "\n" + pairs_text(question, width) + categories_text(question, width);
}

std::string people_text(const std::vector<AnnotatorWork>& annotators, int width) {
  Table table({{"annotator"},
               {"answered", kRight},
               {"skipped", kRight},
               {"flagged", kRight},
               {"median", kRight},
               {"with others", kRight}});
  for (const AnnotatorWork& work : annotators) {
    table.add_row({work.name, format_count(work.answered), format_count(work.skipped), format_count(work.flagged),
                   format_duration(work.median_s), percent(work.with_others)});
  }
  return table.render(width);
}

}  // namespace

std::string measure_text(double value) { return std::isnan(value) ? "-" : fmt::format("{:.3f}", value); }
Json measure_json(double value) { return std::isnan(value) ? Json() : Json(value); }

Json AgreementReport::json() const {
  Json people = Json::array(), about = Json::array(), worst = Json::array();
  for (const AnnotatorWork& work : annotators) {
    people.push_back({{"name", work.name},
                      {"answered", work.answered},
                      {"skipped", work.skipped},
                      {"flagged", work.flagged},
                      {"median_s", work.median_s},
                      {"compared", work.compared},
                      {"with_others", measure_json(work.with_others)}});
  }
  for (const QuestionAgreement& question : questions) about.push_back(question_json(question));
  for (const DisputedRecord& record : disputed)
    worst.push_back({{"id", record.id}, {"disagreement", record.disagreement}, {"answers", record.answers}});
  return {{"records", records},
          {"annotators", std::move(people)},
          {"questions", std::move(about)},
          {"disputed", std::move(worst)},
          {"suggestions", suggestions.json()}};
}

std::string AgreementReport::text(int width) const {
  std::string text = people_text(annotators, width);
  for (const QuestionAgreement& question : questions) text += question_text(question, width);
  if (!disputed.empty()) {
    Table table({{"most disputed"}, {"differ", kRight}, {"answers"}});
    for (const DisputedRecord& record : disputed) {
      std::string answers;
      for (const auto& [name, answer] : record.answers)
        answers += fmt::format("{}{}: {}", answers.empty() ? "" : "; ", name, answer);
      table.add_row({record.id, percent(record.disagreement), answers});
    }
    text += "\n" + table.render(width);
  }
  if (const std::string judged = suggestions.text(width); !judged.empty()) text += "\n" + judged;
  return text;
}

}  // namespace llmops::data
