// Who gets which record, what is kept, and what a second session finds.
#include "data/annotate/project.h"

#include <set>

#include "core/error.h"
#include "data/annotate/suggestion_report.h"
#include "data/annotate/suggestions.h"
#include "support/catch.h"
#include "unit/data/annotation_support.h"

namespace llmops::data {
namespace {

using Catch::Matchers::Contains;
using testing::label_task;
using testing::Workspace;

std::string next_id(AnnotationProject& project, const std::string& name) {
  const auto turn = project.next(name);
  return turn ? project.records().records[turn->record].id : "none";
}

void answer_next(AnnotationProject& project, const std::string& name, const Json& value) {
  project.answer(name, project.next(name)->record, {value, 1, false, "lines"});
}

}  // namespace

TEST_CASE("two people at once get different records, until each has its answer", "[data]") {
  const Workspace place(3);
  AnnotationProject one(place.output(), label_task({"a", "b"}), place.records());
  AnnotationProject other(place.output(), label_task({"a", "b"}), place.records());  // another process, as good as
  CHECK(next_id(one, "ann") == "0");
  CHECK(next_id(other, "bob") == "1");
  CHECK(next_id(one, "ann") == "0");
  answer_next(one, "ann", "a");
  answer_next(one, "ann", "b");
  CHECK(next_id(one, "ann") == "none");  // bob has the last one before him
  answer_next(other, "bob", "a");
  CHECK(next_id(other, "bob") == "none");
  CHECK(one.progress("ann").complete == 3);
  CHECK(place.store().state.of("1").at("bob").answer()->value == "a");
}

TEST_CASE("with an overlap of two, everything is asked twice, the unanswered first", "[data]") {
  const Workspace place(3);
  AnnotationTask task = label_task({"a", "b"});
  task.overlap = 2;
  AnnotationProject project(place.output(), task, place.records());
  answer_next(project, "ann", "a");
  CHECK(next_id(project, "bob") == "1");  // not yet 0, which has an answer
  for (int i = 0; i < 2; ++i) answer_next(project, "ann", "a");
  for (int i = 0; i < 3; ++i) answer_next(project, "bob", "b");
  CHECK(next_id(project, "cy") == "none");
  CHECK(project.progress("bob").complete == 3);
}

TEST_CASE("named annotators share the records so that each has as many answers as wanted", "[data]") {
  AnnotationTask task = label_task({"a"});
  task.annotators = {"ann", "bob", "cy", "dee"};
  task.overlap = 2;
  std::map<std::string, int> work;
  std::set<std::string> pairs;
  for (int i = 0; i < 600; ++i) {
    std::string pair;
    for (const std::string& name : task.annotators) {
      if (!is_assigned(task, std::to_string(i), name)) continue;
      ++work[name];
      pair += name;
    }
    pairs.insert(pair);
  }
  int all = 0;
  for (const auto& [name, count] : work) {
    CHECK(count > 240);
    all += count;
  }
  CHECK(all == 1200);
  CHECK(pairs.size() == 6);  // everybody works with everybody
  const Workspace place(1);
  AnnotationProject project(place.output(), task, place.records());
  CHECK_THROWS_WITH(project.check_annotator("bop"), "'bop' is not among the task's annotators");
}

TEST_CASE("undo goes back record by record and a second session finds what was kept", "[data]") {
  const Workspace place(3);
  {
    AnnotationProject project(place.output(), label_task({"a", "b"}), place.records());
    answer_next(project, "ann", "a");
    const auto second = project.next("ann");
    project.flag("ann", second->record, true);
    project.note("ann", second->record, "odd");
    project.skip("ann", second->record, 2, "lines");
    REQUIRE(project.undo("ann"));
    CHECK(project.undo("ann")->record == 0);
    CHECK_FALSE(project.undo("ann"));
    answer_next(project, "ann", "b");
  }
  AnnotationProject project(place.output(), label_task({"a", "b", "new"}), place.records());
  const auto turn = project.next("ann");
  CHECK(turn->record == 1);
  CHECK(turn->flagged);
  CHECK(turn->note == "odd");
  CHECK(project.turn("ann", 0).before == Json("b"));
  CHECK(project.progress("ann").done == 1);
  CHECK(project.progress("ann").left == 2);
}

TEST_CASE("answers to one task are never taken for answers to another", "[data]") {
  const Workspace place(1);
  AnnotationProject project(place.output(), label_task({"a", "b"}), place.records());
  CHECK_THROWS_WITH(AnnotationProject(place.output(), label_task({"a", "c"}), place.records()),
                    Contains("holds the answers to another task (labels: 'b' is gone)"));
  CHECK_THROWS_AS(AnnotationProject(place.output(), label_task({"a", "b"}, true), place.records()), UsageError);
  CHECK_THROWS_AS(project.answer("ann", 0, {"c", 1, false, ""}), InputError);
  CHECK_THROWS_AS(project.answer("ann", 0, {Json::array({"a"}), 1, false, ""}), InputError);
  CHECK(place.store().entries == 0);
}

TEST_CASE("a suggestion is shown, and an answer tells whether its key was pressed", "[data]") {
  const Workspace place(3);
  AnnotationProject project(place.output(), label_task({"a", "b"}), place.records());
  const fs::path file = place.folder.path() / "s.jsonl";
  write_file_atomic(file, R"({"id": 0, "label": "a", "score": 0.9})"
                          "\n"
                          R"({"id": "1", "label": "b"})"
                          "\n"
                          R"({"id": "2", "label": "c"})"
                          "\n"
                          R"({"id": "9", "label": "a"})");
  const SuggestionCounts counts = read_suggestions(file, project);
  CHECK(counts.taken == 2);
  CHECK(counts.ignored == 2);
  const auto turn = project.next("ann");
  REQUIRE(turn->suggestion);
  CHECK(turn->suggestion->value == "a");
  CHECK_FALSE(turn->before);
  project.answer("ann", 0, {"a", 1, true, ""});
  project.answer("ann", 1, {"a", 1, true, ""});  // not what was suggested, whatever the caller says
  project.answer("ann", 2, {"a", 1, false, ""});
  const AnnotationState state = project.state();
  CHECK(state.of("0").at("ann").answer()->accepted);
  CHECK_FALSE(state.of("1").at("ann").answer()->accepted);
  CHECK(state.of("2").at("ann").answer()->suggestion.is_null());
  const SuggestionReport report = measure_suggestions(project.task(), state);
  REQUIRE(report.sources.size() == 1);
  CHECK(report.sources[0].shown == 2);
  CHECK(report.sources[0].accepted == 1);
  CHECK(report.sources[0].right == 1);
}

TEST_CASE("records without an id are named by their line, and equal ids are told apart", "[data]") {
  const Workspace place(std::string("\xEF\xBB\xBF{\"text\": 1}\n\n{\"id\": 7}\r\n{\"id\": \"7\"}\n"));
  const AnnotationRecords records = place.records();
  REQUIRE(records.records.size() == 3);
  CHECK(records.records[0].id == "data.jsonl:1");
  CHECK(records.records[1].id == "7");
  CHECK(records.records[2].id == "7#2");
  CHECK(records.find("7#2") == &records.records[2]);
  CHECK_THROWS_WITH(Workspace(std::string("{}\n[1]\n")).records(), Contains("data.jsonl:2: a line is array"));
  CHECK_THROWS_WITH(Workspace(std::string("{\"a\": \"\xff\"}\n")).records(), "data.jsonl:1: not valid UTF-8");
  CHECK_THROWS_AS(Workspace(std::string("\n")).records(), InputError);
}

}  // namespace llmops::data
