// Measures agreement on each question, and finds the records on which people differ most.
#include "data/annotate/agreement.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "data/annotate/agreement_measures.h"
#include "data/annotate/records.h"

namespace llmops::data {

namespace {

constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

double share(double part, double whole) { return whole == 0 ? kUndefined : part / whole; }

std::vector<std::string> people_of(const JudgedQuestion& question) {
  std::vector<std::string> names;
  for (const JudgedUnit& unit : question.units) {
    for (const auto& [name, unused] : unit.choices) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

PairAgreement compare(const JudgedQuestion& question, const std::string& first, const std::string& second) {
  std::vector<int> a, b;
  std::size_t same = 0;
  for (const JudgedUnit& unit : question.units) {
    const auto one = unit.choices.find(first), other = unit.choices.find(second);
    if (one == unit.choices.end() || other == unit.choices.end()) continue;
    a.push_back(one->second);
    b.push_back(other->second);
    same += one->second == other->second ? 1 : 0;
  }
  PairAgreement pair{first, second, a.size(), share(static_cast<double>(same), static_cast<double>(a.size()))};
  pair.kappa = pair.linear = pair.quadratic = kUndefined;
  const int categories = static_cast<int>(question.categories.size());
  if (categories == 0) return pair;  // texts: chance has no part in writing the same
  pair.kappa = cohen_kappa(a, b, categories);
  if (categories > 2) {
    pair.linear = cohen_kappa(a, b, categories, KappaWeights::kLinear);
    pair.quadratic = cohen_kappa(a, b, categories, KappaWeights::kQuadratic);
  } else {
    pair.linear = pair.quadratic = pair.kappa;  // with two categories there is one distance
  }
  return pair;
}

/// Over the units with the number of answers that most units have.
void measure_fleiss(const JudgedQuestion& question, QuestionAgreement& agreement) {
  agreement.fleiss = kUndefined;
  std::map<std::size_t, std::size_t> with;
  for (const JudgedUnit& unit : question.units) {
    if (unit.choices.size() > 1) ++with[unit.choices.size()];
  }
  const auto most =
      std::max_element(with.begin(), with.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == with.end() || question.categories.empty()) return;
  agreement.fleiss_people = most->first;
  agreement.fleiss_units = most->second;
  std::vector<std::vector<int>> counts;
  for (const JudgedUnit& unit : question.units) {
    if (unit.choices.size() != most->first) continue;
    std::vector<int>& row = counts.emplace_back(question.categories.size());
    for (const auto& [unused, category] : unit.choices) ++row[static_cast<std::size_t>(category)];
  }
  agreement.fleiss = fleiss_kappa(counts);
}

void measure_alpha(const JudgedQuestion& question, QuestionAgreement& agreement) {
  std::vector<std::vector<int>> units;
  for (const JudgedUnit& unit : question.units) {
    std::vector<int>& choices = units.emplace_back();
    for (const auto& [unused, category] : unit.choices) choices.push_back(category);
  }
  agreement.alpha = krippendorff_alpha(units, question.values, AlphaLevel::kNominal);
  agreement.alpha_ordinal = agreement.alpha_interval = kUndefined;
  if (!question.ordered) return;
  agreement.alpha_ordinal = krippendorff_alpha(units, question.values, AlphaLevel::kOrdinal);
  agreement.alpha_interval = krippendorff_alpha(units, question.values, AlphaLevel::kInterval);
}

/// Every two answers to a unit, in both orders.
template <typename Visit>
void for_each_two(const JudgedUnit& unit, Visit visit) {
  for (const auto& [one, first] : unit.choices) {
    for (const auto& [other, second] : unit.choices) {
      if (one != other) visit(static_cast<std::size_t>(first), static_cast<std::size_t>(second));
    }
  }
}

void measure_categories(const JudgedQuestion& question, QuestionAgreement& agreement) {
  const std::size_t count = question.categories.size();
  agreement.confusion.assign(count, std::vector<double>(count));
  std::vector<std::size_t> answers(count);
  double same = 0, pairs = 0;
  for (const JudgedUnit& unit : question.units) {
    agreement.shared += unit.choices.size() > 1 ? 1 : 0;
    for_each_two(unit, [&](std::size_t first, std::size_t second) {
      same += first == second ? 1 : 0;
      ++pairs;
      if (count > 0) ++agreement.confusion[first][second];
    });
    for (const auto& [unused, category] : unit.choices) {
      if (count > 0) ++answers[static_cast<std::size_t>(category)];
    }
  }
  agreement.agreed = share(same, pairs);
  for (std::size_t c = 0; c < count; ++c) {
    double all = 0;
    for (const double met : agreement.confusion[c]) all += met;
    agreement.categories.push_back({question.categories[c], answers[c], share(agreement.confusion[c][c], all)});
  }
}

/// What most of the others chose, ties being everything that leads.
bool with_most_others(const JudgedUnit& unit, const std::string& name, int category) {
  std::map<int, int> votes;
  for (const auto& [other, choice] : unit.choices) {
    if (other != name) ++votes[choice];
  }
  int most = 0;
  for (const auto& [unused, count] : votes) most = std::max(most, count);
  const auto own = votes.find(category);
  return own != votes.end() && own->second == most;
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

AnnotatorWork work_of(const std::string& name, const AnnotationState& state,
                      const std::vector<JudgedQuestion>& questions) {
  AnnotatorWork work;
  work.name = name;
  std::vector<double> seconds;
  for (const auto& [id, verdicts] : state.all()) {
    const auto own = verdicts.find(name);
    if (own == verdicts.end()) continue;
    work.flagged += own->second.flagged ? 1 : 0;
    const AnnotationEntry* answer = own->second.answer();
    if (answer != nullptr) seconds.push_back(answer->seconds);
    work.skipped += answer == nullptr && own->second.last() != nullptr ? 1 : 0;
  }
  work.answered = seconds.size();
  work.median_s = median(std::move(seconds));
  std::size_t agreed = 0;
  for (const JudgedQuestion& question : questions) {
    for (const JudgedUnit& unit : question.units) {
      const auto own = unit.choices.find(name);
      if (own == unit.choices.end() || unit.choices.size() < 2) continue;
      ++work.compared;
      agreed += with_most_others(unit, name, own->second) ? 1 : 0;
    }
  }
  work.with_others = share(static_cast<double>(agreed), static_cast<double>(work.compared));
  return work;
}

std::vector<DisputedRecord> find_disputed(const AnnotationTask& task, const AnnotationState& state,
                                          const std::vector<JudgedQuestion>& questions, std::size_t most) {
  std::map<std::string, std::pair<double, double>> differing;  // of so many pairs
  for (const JudgedQuestion& question : questions) {
    for (const JudgedUnit& unit : question.units) {
      auto& [differ, pairs] = differing[unit.record];
      for_each_two(unit, [&, &d = differ, &p = pairs](std::size_t first, std::size_t second) {
        d += first == second ? 0 : 1;
        ++p;
      });
    }
  }
  std::vector<DisputedRecord> disputed;
  for (const auto& [id, counts] : differing) {
    if (counts.first > 0) disputed.push_back({id, counts.first / counts.second, {}});
  }
  std::stable_sort(disputed.begin(), disputed.end(),
                   [](const auto& a, const auto& b) { return a.disagreement > b.disagreement; });
  if (disputed.size() > most) disputed.resize(most);
  for (DisputedRecord& record : disputed) {
    for (const auto& [name, verdict] : state.of(record.id)) {
      if (const AnnotationEntry* answer = verdict.answer()) record.answers[name] = value_text(task, answer->value);
    }
  }
  return disputed;
}

}  // namespace

QuestionAgreement agreement_on(const JudgedQuestion& question) {
  QuestionAgreement agreement;
  agreement.name = question.name;
  agreement.units = question.units.size();
  agreement.ordered = question.ordered;
  const std::vector<std::string> people = people_of(question);
  for (std::size_t i = 0; i < people.size(); ++i) {
    for (std::size_t j = i + 1; j < people.size(); ++j) {
      const PairAgreement pair = compare(question, people[i], people[j]);
      if (pair.units > 0) agreement.pairs.push_back(pair);
    }
  }
  measure_fleiss(question, agreement);
  measure_alpha(question, agreement);
  measure_categories(question, agreement);
  return agreement;
}

AgreementReport measure_agreement(const AnnotationTask& task, const AnnotationState& state, std::size_t most_disputed) {
  const std::vector<JudgedQuestion> questions = judged_questions(task, state);
  AgreementReport report;
  for (const auto& [id, unused] : state.all()) report.records += state.answers(id) > 0 ? 1 : 0;
  for (const JudgedQuestion& question : questions) report.questions.push_back(agreement_on(question));
  for (const std::string& name : state.annotators()) report.annotators.push_back(work_of(name, state, questions));
  report.disputed = find_disputed(task, state, questions, most_disputed);
  report.suggestions = measure_suggestions(task, state);
  return report;
}

}  // namespace llmops::data
