// Gates: how they read, what they compare, and that no missing number ever passes.
#include "eval/gate.h"

#include "core/error.h"
#include "support/catch.h"

using namespace llmops;
using namespace llmops::eval;

namespace {

Task task_of(const std::string& name, const std::vector<std::string>& metrics) {
  Task task;
  task.name = name;
  for (const std::string& metric : metrics) task.metrics.emplace_back().name = metric;
  task.filters.emplace_back();
  return task;
}

TaskResult result_of(const Task& task, const std::vector<std::optional<double>>& values, std::size_t errors = 0) {
  TaskResult result;
  result.task = task;
  result.outcomes.resize(10);
  result.errors = errors;
  result.measured = 10 - errors;
  for (std::size_t i = 0; i < values.size(); ++i) {
    MetricResult& metric = result.metrics.emplace_back();
    metric.name = task.metrics[i].name;
    metric.higher_is_better = metric.name != "perplexity";
    metric.value = values[i];
  }
  return result;
}

const Task kTriage = task_of("triage", {"exact_match", "json_exact"});
const Task kStories = task_of("stories.en", {"perplexity"});
const std::vector<Task> kTasks = {kTriage, kStories};

GateReport check(const std::string& gate, const std::vector<TaskResult>& results) {
  return check_gates({parse_gate(gate, kTasks)}, {}, results, {});
}

}  // namespace

TEST_CASE("gates name a metric, with or without its task", "[eval]") {
  const std::vector<TaskResult> results = {result_of(kTriage, {0.5, 0.8}), result_of(kStories, {7.5})};
  CHECK(check("exact_match>=0.5", results).passed());
  CHECK(check(" triage.json_exact > 0.79 ", results).passed());
  CHECK_FALSE(check("json_exact>0.8", results).passed());
  CHECK(check("json_exact,none>=0.8", results).passed());
  CHECK(check("stories.en.perplexity<=7.5", results).passed());
  CHECK_FALSE(check("perplexity<7.5", results).passed());
  const GateReport accuracy = check("accuracy>=0.7", results);
  CHECK(accuracy.passed());
  CHECK(accuracy.checks[0].metric == "json_exact");
  CHECK(accuracy.checks[0].message == "json_exact is 0.8, expected at least 0.7");
}

TEST_CASE("a wrong gate is a usage error that helps", "[eval]") {
  const auto hint_of = [](const std::string& gate) {
    try {
      parse_gate(gate, kTasks);
    } catch (const UsageError& error) {
      CHECK(error.exit_code() == ExitCode::kUsage);
      return std::string(error.what()) + " | " + error.hint();
    }
    return std::string("accepted");
  };
  CHECK(hint_of("json_exat>=0.8") == "'json_exat>=0.8': no task measures 'json_exat' | did you mean 'json_exact'?");
  CHECK(hint_of("zzz>=1").find("measured are triage.exact_match, triage.json_exact, stories.en.perplexity") !=
        std::string::npos);
  CHECK(hint_of("json_exact").starts_with("gate 'json_exact' has no comparison"));
  CHECK(hint_of("json_exact=0.8").starts_with("gate 'json_exact=0.8' compares with '='"));
  CHECK(hint_of("json_exact>=high").starts_with("gate 'json_exact>=high': 'high' is not a number"));
  CHECK(hint_of("json_exact>=nan").starts_with("gate 'json_exact>=nan': 'nan' is not a number"));
  CHECK(hint_of(">=0.8").starts_with("gate '>=0.8' names no metric"));
  CHECK(hint_of("json_exact>=0.8.1").starts_with("gate "));
}

TEST_CASE("what was not measured never passes", "[eval]") {
  const GateReport none = check("json_exact>=0", {result_of(kTriage, {std::nullopt, std::nullopt})});
  CHECK_FALSE(none.passed());
  CHECK(none.unmeasured());
  CHECK_FALSE(none.tripped());
  const GateReport errored = check("json_exact>=0.5", {result_of(kTriage, {1.0, 1.0}, 2)});
  CHECK_FALSE(errored.passed());
  CHECK(errored.tripped());
  CHECK(errored.checks[0].message == "json_exact is 1, expected at least 0.5; 2 of 10 documents could not be measured");
  CHECK_FALSE(GateReport{}.passed());
}

TEST_CASE("a drop is measured in the direction that is worse", "[eval]") {
  const std::vector<TaskResult> before = {result_of(kTriage, {0.9, 0.8}), result_of(kStories, {10.0})};
  const auto drops = [&](const std::string& rule, std::vector<std::optional<double>> triage, double perplexity) {
    return check_gates({}, {parse_drop(rule, kTasks)}, {result_of(kTriage, triage), result_of(kStories, {perplexity})},
                       before);
  };
  CHECK(drops("0.02", {0.88, 0.9}, 10.02).passed());
  CHECK_FALSE(drops("0.02", {0.879, 0.9}, 10).passed());
  CHECK_FALSE(drops("0.02", {0.9, 0.8}, 10.03).passed());
  CHECK(drops("2%", {0.9, 0.8}, 10.2).passed());
  CHECK_FALSE(drops("2%", {0.9, 0.8}, 10.21).passed());
  const GateReport one = drops("stories.en.perplexity=1", {0.0, 0.0}, 11);
  CHECK(one.passed());
  CHECK(one.checks.size() == 1);
  CHECK(drops("accuracy=0.1", {0.0, 0.75}, 99).passed());
  CHECK(drops("0.02", {std::nullopt, 0.8}, 10).unmeasured());
  CHECK_THROWS_AS(parse_drop("-1", kTasks), UsageError);
  CHECK_THROWS_AS(parse_drop("bleu=1", kTasks), UsageError);
  CHECK_THROWS_AS(parse_drop("much", kTasks), UsageError);
  const GateReport mixed = check_gates({}, {parse_drop("0", kTasks), parse_drop("json_exact=0.5", kTasks)},
                                       {result_of(kTriage, {0.9, 0.4}), result_of(kStories, {10.0})}, before);
  CHECK(mixed.passed());
  CHECK(mixed.checks.size() == 3);
}
