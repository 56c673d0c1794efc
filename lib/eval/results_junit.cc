// Results as JUnit XML, which CI systems show.
#include <fmt/format.h>

#include "eval/report.h"
#include "text/utf8.h"

namespace llmops::eval {
namespace {

/// Text for attributes and elements. XML 1.0 has no way to write most control characters: they become U+FFFD.
std::string escaped(const std::string& raw) {
  std::string out;
  for (const char c : text::utf8_repair(raw)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 ? "\xEF\xBF\xBD" : std::string(1, c);
    }
  }
  return out;
}

struct Suite {
  std::string cases;
  int tests = 0, failures = 0, errors = 0;

  void add(const std::string& suite, const std::string& name, const std::string& element, const std::string& message) {
    ++tests;
    failures += element == "failure" ? 1 : 0;
    errors += element == "error" ? 1 : 0;
    const std::string open = fmt::format("    <testcase classname=\"{}\" name=\"{}\"", escaped(suite), escaped(name));
    cases += element.empty()
                 ? fmt::format("{}/>\n", open)
                 : fmt::format("{}>\n      <{} message=\"{}\"/>\n    </testcase>\n", open, element, escaped(message));
  }
};

std::string properties_of(const EvaluationFacts& facts, const TaskResult& result) {
  std::string text = fmt::format("      <property name=\"model\" value=\"{}\"/>\n", escaped(facts.model));
  text += fmt::format("      <property name=\"model_sha256\" value=\"{}\"/>\n", facts.model_sha256);
  text += fmt::format("      <property name=\"run_id\" value=\"{}\"/>\n", escaped(facts.run_id));
  for (const MetricResult& metric : result.metrics) {
    const std::string value = metric.value ? fmt::format("{}", *metric.value) : "";
    text += fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", escaped(metric.key()), value);
  }
  return text;
}

}  // namespace

std::string results_junit(const EvaluationFacts& facts, const std::vector<TaskResult>& results,
                          const GateReport& gate) {
  std::string suites;
  for (const TaskResult& result : results) {
    Suite suite;
    for (const GateCheck& check : gate.checks) {
      if (check.task != result.task.name) continue;
      const bool passed = check.outcome == GateCheck::Outcome::kPassed;
      const bool failed = check.outcome == GateCheck::Outcome::kFailed;
      suite.add(result.task.name, check.rule + " " + check.metric,
                passed   ? ""
                : failed ? "failure"
                         : "error",
                check.message);
    }
    const bool checked = suite.tests > 0;
    for (const MetricResult& metric : result.metrics) {
      if (checked) break;
      suite.add(result.task.name, metric.key(), metric.value ? "" : "error", metric.name + " was not measured");
    }
    suites += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" time=\"{:.3f}\">\n",
                          escaped(result.task.name), suite.tests, suite.failures, suite.errors, result.wall_s);
    suites += "    <properties>\n" + properties_of(facts, result) + "    </properties>\n" + suite.cases;
    suites += "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"llmops eval\">\n" + suites + "</testsuites>\n";
}

}  // namespace llmops::eval
