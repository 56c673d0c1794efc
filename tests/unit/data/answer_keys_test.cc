// Keys and lines of each kind of task, and the two loops that read them.
#include "data/annotate/answer_keys.h"

#include <unistd.h>

#include <deque>

#include "core/error.h"
#include "core/terminal.h"
#include "data/annotate/terminal_loop.h"
#include "support/catch.h"
#include "unit/data/annotation_support.h"

namespace llmops::data {
namespace {

using Effect = AnswerKeys::Effect;
using Kind = AnnotationTask::Kind;
using testing::label_task;
using testing::record_of;
using testing::task_of;
using testing::Workspace;

/// What the keys come to; null where they do not complete an answer.
Json typed(const AnnotationTask& task, const AnnotationRecord& record, const std::string& keys) {
  AnswerKeys answer(task, record);
  for (const char key : keys) {
    if (answer.press(key == '<' ? 127 : key) == Effect::kComplete) return answer.value();
  }
  return nullptr;
}

const AnnotationRecord kPlain = record_of(R"({"text": "hello"})");
const AnnotationRecord kThree = record_of(R"({"prompt": "p", "candidates": ["x", "y", "z"]})");
const AnnotationRecord kTwo = record_of(R"({"prompt": "p", "chosen": "x", "rejected": "y"})");

/// Runs the terminal's loop on keys. @returns what it wrote
std::string run_keys(AnnotationSession& session, const std::string& keys, int width = 80,
                     std::deque<std::string> lines = {}) {
  std::string written;
  std::size_t at = 0;
  TerminalHooks hooks;
  hooks.read_key = [&] { return at < keys.size() ? keys[at++] : -1; };
  hooks.read_line = [&] {
    const std::string line = lines.front();
    lines.pop_front();
    return line;
  };
  hooks.edit = [](const std::string& text) { return text + "!"; };
  hooks.write = [&](const std::string& text) { written += text; };
  run_terminal(session, hooks, {.width = width});
  return written;
}

std::vector<Json> run_script(AnnotationSession& session, const std::string& script) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], script.data(), script.size()) == static_cast<ssize_t>(script.size()));
  ::close(ends[1]);
  std::vector<Json> shown;
  LineSource lines(ends[0], "stdin");
  run_lines(session, lines, {[&](const Json& record, const std::string&) { shown.push_back(record); }});
  ::close(ends[0]);
  return shown;
}

Json value_at(const Workspace& place, const std::string& id) {
  const AnnotationStore store = place.store();
  const auto& verdicts = store.state.of(id);
  if (!verdicts.contains("ann") || verdicts.at("ann").answer() == nullptr) return nullptr;
  return verdicts.at("ann").answer()->value;
}

}  // namespace

TEST_CASE("keys are the task's own, then digits, then letters that mean nothing else", "[data]") {
  AnnotationTask task = label_task({"spam", "ham", "other"});
  task.shortcuts = {{"ham", "1"}};
  CHECK(task.keys() == std::vector<std::string>{"2", "1", "3"});
  std::vector<std::string> many;
  for (int i = 0; i < 30; ++i) many.push_back("l" + std::to_string(i));
  const auto keys = label_task(many).keys();
  CHECK(keys[8] == "9");
  CHECK(keys[9] == "a");
  CHECK(keys[10] == "c");  // b is kept
  CHECK(keys[26] == "");   // none is left
  for (const std::string& key : keys) CHECK((key.empty() || !is_command_key(key[0])));
}

TEST_CASE("one label is a key, several are keys and Enter", "[data]") {
  const AnnotationTask one = label_task({"spam", "ham"});
  CHECK(typed(one, kPlain, "2") == "ham");
  CHECK(typed(one, kPlain, "9x\n").is_null());
  const AnnotationTask several = label_task({"a", "b", "c"}, true);
  CHECK(typed(several, kPlain, "31\n") == Json::array({"a", "c"}));
  CHECK(typed(several, kPlain, "311\n") == Json::array({"c"}));
  CHECK(typed(several, kPlain, "\n") == Json::array());
}

TEST_CASE("ratings are digits, ten is 0", "[data]") {
  AnnotationTask task = task_of(Kind::kRate);
  CHECK(typed(task, kPlain, "5") == 5);
  CHECK(typed(task, kPlain, "6").is_null());
  task.scale_max = 10;
  CHECK(typed(task, kPlain, "0") == 10);
  task.scale_min = 0;
  task.scale_max = 9;
  CHECK(typed(task, kPlain, "0") == 0);
}

TEST_CASE("rankings are keys from the best on, with ties", "[data]") {
  const AnnotationTask task = task_of(Kind::kRank);
  CHECK(typed(task, kTwo, "2") == Json::array({2, 1}));
  CHECK(typed(task, kTwo, "=") == Json::array({1, 1}));
  CHECK(typed(task, kThree, "213") == Json::array({2, 1, 3}));
  CHECK(typed(task, kThree, "2\n") == Json::array({2, 1, 2}));
  CHECK(typed(task, kThree, "2=13") == Json::array({1, 1, 2}));
  CHECK(typed(task, kThree, "22\n") == Json::array({2, 1, 2}));
  CHECK(typed(task, kThree, "2<3\n") == Json::array({2, 2, 1}));
  CHECK(typed(task, kThree, "\n").is_null());
  CHECK(value_text(task, Json::array({2, 1, 2})) == "2 > 1 = 3");
}

TEST_CASE("lines of scripts give the same answers, and say what is wrong with others", "[data]") {
  const AnnotationTask one = label_task({"spam", "1", "Ham"}), several = label_task({"a", "b"}, true);
  CHECK(parse_answer(one, kPlain, " spam ") == "spam");
  CHECK(parse_answer(one, kPlain, "1") == "1");  // a name comes before a key
  CHECK(parse_answer(one, kPlain, "3") == "Ham");
  CHECK(parse_answer(one, kPlain, "ham") == "Ham");
  CHECK_THROWS_WITH(parse_answer(one, kPlain, "spma"), "record 'r': 'spma' is no answer");
  CHECK(parse_answer(several, kPlain, "b, a") == Json::array({"a", "b"}));
  CHECK(parse_answer(several, kPlain, "none") == Json::array());
  CHECK(parse_answer(several, kPlain, R"(["b"])") == Json::array({"b"}));
  CHECK_THROWS_AS(parse_answer(several, kPlain, "a,,b"), InputError);
  CHECK(parse_answer(task_of(Kind::kRate), kPlain, "4") == 4);
  for (const char* wrong : {"6", "4.5", "four", "-1", "99999999999999999999"})
    CHECK_THROWS_AS(parse_answer(task_of(Kind::kRate), kPlain, wrong), InputError);
  const AnnotationTask rank = task_of(Kind::kRank);
  CHECK(parse_answer(rank, kThree, "2 > 1 = 3") == Json::array({2, 1, 2}));
  CHECK(parse_answer(rank, kThree, "3") == Json::array({2, 2, 1}));
  CHECK(parse_answer(rank, kThree, "[5, 5, 9]") == Json::array({1, 1, 2}));
  for (const char* wrong : {"4", "1 > 1", "x", "[1, 2]", "[1, 2, \"3\"]"})
    CHECK_THROWS_AS(parse_answer(rank, kThree, wrong), InputError);
  const AnnotationTask correct = task_of(Kind::kCorrect);
  CHECK(parse_answer(correct, kPlain, "=") == "hello");
  CHECK(parse_answer(correct, kPlain, R"("new\ntext")") == "new\ntext");
  CHECK_THROWS_AS(parse_answer(correct, kPlain, "new"), InputError);
}

TEST_CASE("the loop of keys labels, skips, flags, notes, undoes and quits", "[data]") {
  const Workspace place(4);
  AnnotationProject project(place.output(), label_task({"spam", "ham"}), place.records());
  AnnotationSession session(project, "ann", "terminal");
  const std::string written = run_keys(session, "1f2us?n2q1", 80, {"look here"});
  CHECK(value_at(place, "0") == "spam");
  CHECK(value_at(place, "1").is_null());  // undone, then skipped
  CHECK(value_at(place, "2") == "ham");
  CHECK(value_at(place, "3").is_null());
  CHECK(place.store().state.of("1").at("ann").flagged);
  CHECK(place.store().state.of("2").at("ann").note == "look here");
  CHECK(written.find("1  spam   2  ham") != std::string::npos);
  CHECK(written.find("4 of 4") != std::string::npos);
}

TEST_CASE("labels are found by the begin of their names", "[data]") {
  const Workspace place(2);
  AnnotationProject project(place.output(), label_task({"alpha", "alps", "beta"}), place.records());
  AnnotationSession session(project, "ann", "terminal");
  const std::string written = run_keys(session, "///", 80, {"al", "x", "alph"});
  CHECK(written.find("which: alpha, alps") != std::string::npos);
  CHECK(written.find("no label begins so") != std::string::npos);
  CHECK(value_at(place, "0") == "alpha");
}

TEST_CASE("corrections come from the editor, or are right as they are", "[data]") {
  const Workspace place(std::string(
      R"({"id": "0", "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]})"
      "\n"
      R"({"id": "1", "text": "t"})"));
  AnnotationProject project(place.output(), task_of(Kind::kCorrect), place.records());
  AnnotationSession session(project, "ann", "terminal");
  run_keys(session, "e\n");
  CHECK(value_at(place, "0") == "a!");
  CHECK(value_at(place, "1") == "t");
  const Json fixed = with_corrected_text(project.task(), project.records().records[0], "b");
  CHECK(fixed["messages"][1]["content"] == "b");
  CHECK(fixed["messages"][0]["content"] == "q");
}

TEST_CASE("at 40 columns no line is wider, and no record moves the cursor", "[data]") {
  const Workspace place(
      std::string(R"({"id": "0", "text": "\u001b[2J\u0007 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字 )" +
                  std::string(90, 'x') + R"( and some more words to break lines at", "field": "a\r\nb\u0085c"})"));
  AnnotationProject project(place.output(), label_task({"a long label", "another long label", "third"}),
                            place.records());
  project.suggest("0", {"third", 0.5, "a model with a rather long name for forty columns"});
  AnnotationSession session(project, "ann", "terminal");
  const std::string written = run_keys(session, "?", 40);
  for (std::size_t at = 0; at < written.size();) {
    const std::size_t end = written.find('\n', at);
    INFO(written.substr(at, end - at));
    CHECK(display_width(std::string_view(written).substr(at, end - at)) <= 40);
    at = end + 1;
  }
  CHECK(written.find('\033') == std::string::npos);
  CHECK(written.find("␛[2J␇") != std::string::npos);
}

TEST_CASE("scripts answer line by line, and a wrong line stops before it does harm", "[data]") {
  const Workspace place(5);
  AnnotationProject project(place.output(), label_task({"spam", "ham"}), place.records());
  project.suggest("3", {"ham", 0.9, "m"});
  AnnotationSession session(project, "ann", "lines");
  const auto shown = run_script(session, "spam\n\n:skip\nham\n:undo\n:note why\n:flag\nspam\n:accept\n:quit\nham\n");
  REQUIRE(shown.size() == 7);  // record 2 twice, and so 3
  CHECK(shown[0]["record"]["text"] == "text 0");
  CHECK(shown[4]["id"] == "2");
  CHECK(shown[5]["suggestion"]["value"] == "ham");
  CHECK(value_at(place, "2") == "spam");
  CHECK(place.store().state.of("2").at("ann").note == "why");
  CHECK(value_at(place, "3") == "ham");
  CHECK(value_at(place, "4").is_null());
  AnnotationSession again(project, "ann", "lines");
  CHECK_THROWS_WITH(run_script(again, "\nhma\nham\n"), "stdin:2: record '4': 'hma' is no answer");
  CHECK_THROWS_WITH(run_script(again, ":dance\n"), "stdin:1: ':dance' is no command");
  CHECK(value_at(place, "4").is_null());
}

}  // namespace llmops::data
