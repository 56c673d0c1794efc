// Turns verdicts into tables of choices.
#include "data/annotate/questions.h"

#include <algorithm>
#include <functional>

namespace llmops::data {

namespace {

using Kind = AnnotationTask::Kind;

using Answers = std::map<std::string, const Json*>;  ///< by annotator
using EachRecord = std::function<void(const std::string& id, const Answers& answers)>;

/// Records in the order of their ids, so that reports do not depend on the order in which people worked.
void for_each_answered(const AnnotationState& state, const EachRecord& visit) {
  std::vector<std::string> ids;
  for (const auto& [id, unused] : state.all()) ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    Answers answers;
    for (const auto& [name, verdict] : state.of(id)) {
      if (const AnnotationEntry* answer = verdict.answer()) answers.emplace(name, &answer->value);
    }
    if (!answers.empty()) visit(id, answers);
  }
}

int index_of(const std::vector<std::string>& labels, const Json& value) {
  const auto found =
      value.is_string() ? std::find(labels.begin(), labels.end(), value.get<std::string>()) : labels.end();
  return found == labels.end() ? -1 : static_cast<int>(found - labels.begin());
}

void add_unit(JudgedQuestion& question, const std::string& id, const Answers& answers,
              const std::function<int(const Json&)>& category_of) {
  JudgedUnit unit{id, {}};
  for (const auto& [name, value] : answers) {
    const int category = category_of(*value);
    if (category >= 0 && category < static_cast<int>(question.values.size())) unit.choices.emplace(name, category);
  }
  if (!unit.choices.empty()) question.units.push_back(std::move(unit));
}

JudgedQuestion make_question(std::string name, std::vector<std::string> categories, bool ordered) {
  JudgedQuestion question{std::move(name), std::move(categories), {}, ordered, {}};
  for (std::size_t i = 0; i < question.categories.size(); ++i) question.values.push_back(static_cast<double>(i));
  return question;
}

JudgedQuestion one_label(const AnnotationTask& task, const AnnotationState& state) {
  JudgedQuestion question = make_question("label", task.labels, false);
  for_each_answered(state, [&](const std::string& id, const Answers& answers) {
    add_unit(question, id, answers, [&](const Json& value) { return index_of(task.labels, value); });
  });
  return question;
}

JudgedQuestion whether_label(const std::string& label, const AnnotationState& state) {
  JudgedQuestion question = make_question(label, {"no", "yes"}, false);
  for_each_answered(state, [&](const std::string& id, const Answers& answers) {
    add_unit(question, id, answers, [&](const Json& value) {
      return std::find(value.begin(), value.end(), Json(label)) != value.end() ? 1 : 0;
    });
  });
  return question;
}

JudgedQuestion rating(const AnnotationTask& task, const AnnotationState& state) {
  JudgedQuestion question{"rating", {}, {}, true, {}};
  for (int step = task.scale_min; step <= task.scale_max; ++step) {
    question.categories.push_back(std::to_string(step));
    question.values.push_back(step);
  }
  for_each_answered(state, [&](const std::string& id, const Answers& answers) {
    add_unit(question, id, answers,
             [&](const Json& value) { return value.is_number_integer() ? value.get<int>() - task.scale_min : -1; });
  });
  return question;
}

/// Every two candidates of a record are a unit: which one is better.
JudgedQuestion preference(const AnnotationState& state) {
  JudgedQuestion question = make_question("preference", {"first", "tie", "second"}, true);
  for_each_answered(state, [&](const std::string& id, const Answers& answers) {
    std::size_t count = 0;
    for (const auto& [unused, value] : answers) count = std::max(count, value->size());
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t j = i + 1; j < count; ++j) {
        add_unit(question, id, answers, [&](const Json& ranks) {
          if (!ranks.is_array() || ranks.size() != count) return -1;
          return ranks[i] < ranks[j] ? 0 : ranks[i] == ranks[j] ? 1 : 2;
        });
      }
    }
  });
  return question;
}

JudgedQuestion corrected_text(const AnnotationState& state) {
  JudgedQuestion question{"text", {}, {}, false, {}};
  std::map<std::string, int> numbers;
  for_each_answered(state, [&](const std::string& id, const Answers& answers) {
    for (const auto& [unused, value] : answers) numbers.emplace(dump_json(*value), static_cast<int>(numbers.size()));
    question.values.resize(numbers.size());
    add_unit(question, id, answers, [&](const Json& value) { return numbers.at(dump_json(value)); });
  });
  return question;
}

}  // namespace

std::vector<JudgedQuestion> judged_questions(const AnnotationTask& task, const AnnotationState& state) {
  if (task.kind == Kind::kRate) return {rating(task, state)};
  if (task.kind == Kind::kRank) return {preference(state)};
  if (task.kind == Kind::kCorrect) return {corrected_text(state)};
  if (!task.multiple) return {one_label(task, state)};
  std::vector<JudgedQuestion> questions;
  questions.reserve(task.labels.size());
  for (const std::string& label : task.labels) questions.push_back(whether_label(label, state));
  return questions;
}

}  // namespace llmops::data
