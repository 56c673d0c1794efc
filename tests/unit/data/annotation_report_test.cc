// From several answers to a report and to one answer: agreement, resolving, and the files that are exported.
#include "data/annotate/agreement.h"

#include <cmath>

#include "core/error.h"
#include "core/json_lines.h"
#include "data/annotate/export.h"
#include "support/catch.h"
#include "support/prepared_texts.h"
#include "unit/data/annotation_support.h"

namespace llmops::data {
namespace {

using Kind = AnnotationTask::Kind;
using testing::label_task;
using testing::task_of;
using testing::Workspace;

/// Who said what of which record, in the order of time.
struct Said {
  std::string annotator, id;
  Json value;
};

AnnotationState state_of(const std::vector<Said>& all) {
  AnnotationState state;
  int minute = 10;
  for (const Said& one : all) {
    state.apply({.annotator = one.annotator,
                 .id = one.id,
                 .time = "2026-01-01T00:" + std::to_string(minute++) + ":00.000Z",
                 .value = one.value,
                 .seconds = 2});
  }
  return state;
}

Json resolved(const AnnotationTask& task, const std::vector<Json>& votes, const std::string& policy = "majority") {
  std::vector<Said> said;
  for (std::size_t i = 0; i < votes.size(); ++i)
    said.push_back({std::string(1, static_cast<char>('a' + i)), "0", votes[i]});
  const auto answer = resolve_answer(task, state_of(said).of("0"), parse_resolve_policy(policy));
  return answer ? answer->value : Json("undecided");
}

std::vector<Json> exported(const AnnotationTask& task, const Workspace& place, const AnnotationState& state,
                           ExportOptions options, ExportReport& report) {
  std::vector<Json> lines;
  const std::string text = export_annotations(task, place.records(), state, options, report);
  for (const JsonLine& line : split_json_lines(text, "export")) lines.push_back(parse_json(line.text, line.origin));
  return lines;
}

}  // namespace

TEST_CASE("a report has pairs, categories, work and the worst records", "[data]") {
  const AnnotationTask task = label_task({"a", "b", "c"});
  const AnnotationState state = state_of({{"ann", "0", "a"},
                                          {"bob", "0", "a"},
                                          {"cy", "0", "a"},
                                          {"ann", "1", "a"},
                                          {"bob", "1", "b"},
                                          {"ann", "2", "b"},
                                          {"bob", "2", "b"},
                                          {"ann", "3", "c"}});
  const AgreementReport report = measure_agreement(task, state, 10);
  REQUIRE(report.questions.size() == 1);
  const QuestionAgreement& question = report.questions[0];
  CHECK(report.records == 4);
  CHECK(question.units == 4);
  CHECK(question.shared == 3);
  CHECK(question.agreed == Approx(8.0 / 10));
  REQUIRE(question.pairs.size() == 3);
  CHECK(question.pairs[0].units == 3);
  CHECK(question.pairs[0].kappa == Approx(0.4));
  CHECK(std::isnan(question.pairs[1].kappa));  // both said only "a"
  CHECK(question.fleiss_people == 2);
  CHECK(question.fleiss_units == 2);
  CHECK(question.confusion[0][1] == 1);
  CHECK(question.confusion[1][0] == 1);
  CHECK(question.categories[0].answers == 4);
  CHECK(question.categories[0].agreed == Approx(6.0 / 7));
  CHECK(std::isnan(question.categories[2].agreed));
  REQUIRE(report.disputed.size() == 1);
  CHECK(report.disputed[0].id == "1");
  CHECK(report.disputed[0].answers.at("bob") == "b");
  CHECK(report.annotators[0].answered == 4);
  CHECK(report.annotators[0].compared == 3);
  CHECK(report.annotators[0].with_others == Approx(2.0 / 3));
  CHECK(report.text(40).find("most disputed") != std::string::npos);
  CHECK(report.json()["questions"][0]["pairs"][1]["kappa"].is_null());
}

TEST_CASE("several labels are questions of their own, rankings pairs, texts equal or not", "[data]") {
  const AnnotationTask several = label_task({"a", "b"}, true);
  const auto labels = measure_agreement(
      several,
      state_of({{"x", "0", {"a"}}, {"y", "0", {"a", "b"}}, {"x", "1", Json::array()}, {"y", "1", Json::array()}}), 5);
  REQUIRE(labels.questions.size() == 2);
  CHECK(labels.questions[0].alpha == 1);
  CHECK(labels.questions[1].agreed == 0.5);
  CHECK(labels.disputed[0].disagreement == 0.5);
  const auto ranks =
      measure_agreement(task_of(Kind::kRank), state_of({{"x", "0", {1, 2, 3}}, {"y", "0", {1, 3, 2}}}), 5);
  CHECK(ranks.questions[0].units == 3);
  CHECK(ranks.questions[0].agreed == Approx(2.0 / 3));
  const auto texts = measure_agreement(
      task_of(Kind::kCorrect), state_of({{"x", "0", "t"}, {"y", "0", "t"}, {"x", "1", "u"}, {"y", "1", "v"}}), 5);
  CHECK(texts.questions[0].agreed == 0.5);
  CHECK(texts.questions[0].categories.empty());
  const auto rates = measure_agreement(task_of(Kind::kRate),
                                       state_of({{"x", "0", 1}, {"y", "0", 2}, {"x", "1", 5}, {"y", "1", 5}}), 5);
  CHECK(rates.questions[0].alpha < rates.questions[0].alpha_interval);
}

TEST_CASE("without anybody to compare nothing is claimed", "[data]") {
  const AgreementReport report = measure_agreement(label_task({"a"}), AnnotationState(), 5);
  CHECK(std::isnan(report.questions[0].alpha));
  CHECK(report.json()["questions"][0]["krippendorff_alpha"]["nominal"].is_null());
  CHECK(report.disputed.empty());
}

TEST_CASE("a policy decides, or says that it does not", "[data]") {
  const AnnotationTask one = label_task({"a", "b"}), several = label_task({"a", "b"}, true);
  CHECK(resolved(one, {"a", "b", "a"}) == "a");
  CHECK(resolved(one, {"a", "b"}) == "undecided");
  CHECK(resolved(one, {"b", "a"}, "first") == "b");
  CHECK(resolved(one, {"a", "b", "a"}, "unanimous") == "undecided");
  CHECK(resolved(one, {"a", "a"}, "unanimous") == "a");
  CHECK(resolved(one, {"a", "b"}, "annotator:b") == "b");
  CHECK(resolved(one, {"a", "b"}, "annotator:z") == "undecided");
  CHECK(resolved(one, {}) == "undecided");
  CHECK(resolved(several, {{"a"}, {"a", "b"}, {"a"}}) == Json::array({"a"}));
  CHECK(resolved(several, {{"a"}, {"a", "b"}}) == "undecided");
  CHECK(resolved(several, {Json::array(), Json::array()}) == Json::array());
  const AnnotationTask rank = task_of(Kind::kRank);
  CHECK(resolved(rank, {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}}) == Json::array({1, 2, 3}));
  CHECK(resolved(rank, {{1, 2, 3}, {2, 3, 1}, {3, 1, 2}}) == "undecided");  // a circle
  CHECK(resolved(rank, {{1, 2}, {2, 1}}) == "undecided");
  CHECK(resolved(rank, {{1, 1}, {1, 1}}) == Json::array({1, 1}));
  CHECK_THROWS_AS(parse_resolve_policy("annotator:"), UsageError);
  CHECK_THROWS_WITH(parse_resolve_policy("majorty"), "'majorty' does not say how answers are resolved");
}

TEST_CASE("labels are exported with their votes, and every record is accounted for", "[data]") {
  const Workspace place(std::string(R"({"id": "0", "text": "x, \"y\"\nz", "label": "old"})"
                                    "\n{\"id\": \"1\", \"text\": \"1\"}\n{\"id\": \"2\", \"text\": \"2\"}\n"));
  const AnnotationTask task = label_task({"a", "b"});
  AnnotationState state =
      state_of({{"ann", "0", "a"}, {"bob", "0", "a"}, {"ann", "1", "a"}, {"bob", "1", "b"}, {"ann", "9", "a"}});
  state.apply({.action = AnnotationEntry::Action::kNote, .annotator = "bob", .id = "0", .note = "sure"});
  ExportReport report;
  const auto lines = exported(task, place, state, {}, report);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0]["label"] == "a");
  CHECK(lines[0]["annotation"] == parse_json(R"({"votes": {"ann": "a", "bob": "a"}, "agreement": 1.0,
                                                 "notes": {"bob": "sure"}, "was": "old"})",
                                             "expected"));
  CHECK(report.exported + report.unanswered + report.unresolved + report.flagged == report.records);
  CHECK(report.unresolved == 1);
  CHECK(report.undecided == std::vector<std::string>{"1"});
  CHECK(report.unknown == 1);
  ExportReport csv;
  CHECK(export_annotations(task, place.records(), state, {.format = "csv"}, csv) ==
        "id,text,answer,votes,agreement,flagged\n0,\"x, \"\"y\"\"\nz\",a,ann=a; bob=a,1.000,false\n");
  state.apply({.action = AnnotationEntry::Action::kFlag, .annotator = "bob", .id = "0", .value = true});
  ExportReport unflagged;
  CHECK(exported(task, place, state, {.flagged = false}, unflagged).empty());
  CHECK(unflagged.flagged == 1);
  CHECK_THROWS_AS(exported(task, place, state, {.format = "preference"}, report), UsageError);
}

TEST_CASE("rankings are exported as the pairs that trainers read", "[data]") {
  const Workspace place(
      std::string(R"({"id": "0", "prompt": "p", "candidates": ["x", "y", "z"]})"
                  "\n"
                  R"({"id": "1", "prompt": [{"role": "user", "content": "q"}], "chosen": "c", "rejected": "r"})"));
  const AnnotationState state = state_of({{"ann", "0", {2, 1, 2}}, {"ann", "1", {2, 1}}});
  ExportReport report;
  const auto lines = exported(task_of(Kind::kRank), place, state, {.format = "preference"}, report);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == parse_json(R"({"id": "0/2-1", "prompt": "p", "chosen": "y", "rejected": "x"})", "expected"));
  CHECK(lines[1]["rejected"] == "z");
  CHECK(lines[2]["prompt"][0]["content"] == "q");
  CHECK(lines[2]["chosen"] == "r");
  CHECK(report.exported == 2);
  CHECK(report.lines == 3);
}

TEST_CASE("corrected conversations are what prepare reads", "[data]") {
  const Workspace place(std::string(
      R"({"id": "0", "messages": [{"role": "user", "content": "one two"}, {"role": "assistant", "content": "wrong"}]})"));
  const AnnotationState state = state_of({{"ann", "0", "right"}});
  ExportReport report;
  const std::string text = export_annotations(task_of(Kind::kCorrect), place.records(), state, {}, report);
  test::PreparedTexts prepared({}, {parse_json(text, "export")});
  const std::string train =
      read_file(prepared.write() / "train.jsonl") + read_file(prepared.write() / "validation.jsonl");
  CHECK(train.find("\"right\"") != std::string::npos);
  CHECK(parse_json(text, "export")["annotation"]["changed"] == true);
}

}  // namespace llmops::data
