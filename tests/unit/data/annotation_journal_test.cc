// The journal: several processes at once, lines cut by a kill, and what entries come to.
#include "data/annotate/journal.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "data/annotate/state.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

namespace llmops::data {
namespace {

using Action = AnnotationEntry::Action;

AnnotationEntry answer(const std::string& annotator, const std::string& id, const Json& value) {
  return {.annotator = annotator, .id = id, .time = "2026-01-01T00:00:00.000Z", .value = value};
}

}  // namespace

TEST_CASE("entries of two journals on one file are seen by both, in order", "[data]") {
  const test::TemporaryDirectory folder;
  AnnotationJournal one(folder.path() / "j"), other(folder.path() / "j");
  one.append(answer("ann", "a", "spam"));
  other.append(answer("bob", "a", "ham \"\n\u2028 é"));
  CHECK(one.read_new().size() == 2);
  CHECK(one.read_new().empty());
  const auto entries = other.read_new();
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].value == "spam");
  CHECK(entries[1].value == "ham \"\n\u2028 é");
  CHECK(other.damaged() == 0);
}

TEST_CASE("many processes append at once and no line is lost or mixed", "[data]") {
  const test::TemporaryDirectory folder;
  constexpr int kProcesses = 4, kEntries = 50;
  for (int process = 0; process < kProcesses; ++process) {
    if (::fork() != 0) continue;
    AnnotationJournal journal(folder.path() / "j");
    for (int i = 0; i < kEntries; ++i) {
      journal.append(answer("p" + std::to_string(process), std::to_string(i), std::string(200 + 50 * i, 'x')));
    }
    ::_exit(0);
  }
  for (int process = 0; process < kProcesses; ++process) {
    int status = 0;
    ::wait(&status);
    CHECK(status == 0);
  }
  AnnotationJournal journal(folder.path() / "j");
  std::set<std::pair<std::string, std::string>> seen;
  for (const AnnotationEntry& entry : journal.read_new()) seen.emplace(entry.annotator, entry.id);
  CHECK(seen.size() == kProcesses * kEntries);
  CHECK(journal.damaged() == 0);
}

TEST_CASE("a line that a kill cut at any byte costs that entry alone", "[data]") {
  const test::TemporaryDirectory folder;
  const fs::path file = folder.path() / "j";
  {
    AnnotationJournal journal(file);
    journal.append(answer("ann", "a", "spam"));
    journal.append(answer("ann", "b", "ham"));
  }
  const std::string whole = read_file(file);
  const std::size_t first = whole.find('\n') + 1;
  for (std::size_t cut = first; cut < whole.size(); ++cut) {
    write_file_atomic(file, whole.substr(0, cut));
    AnnotationJournal journal(file);
    CHECK(journal.read_new().size() == 1);
    journal.append(answer("ann", "c", "spam"));
    const auto later = journal.read_new();
    // Without only its line end, an entry is still whole.
    REQUIRE(later.size() == (cut + 1 == whole.size() ? 2 : 1));
    CHECK(later.back().id == "c");
    CHECK(journal.damaged() == (cut == first || cut + 1 == whole.size() ? 0 : 1));
  }
}

TEST_CASE("lines that are no entries are counted and passed over", "[data]") {
  const test::TemporaryDirectory folder;
  const fs::path file = folder.path() / "j";
  std::ofstream(file) << "{}\nnull\n[1]\n{\"action\":\"answer\",\"time\":1,\"annotator\":\"a\",\"id\":\"b\"}\n"
                      << "{\"action\":\"dance\",\"time\":\"t\",\"annotator\":\"a\",\"id\":\"b\"}\n\n"
                      << "{\"action\":\"skip\",\"time\":\"t\",\"annotator\":\"a\",\"id\":\"b\",\"new\":1}\n"
                      << std::string("\xff\xfe\0{", 4) << "\n";
  AnnotationJournal journal(file);
  CHECK(journal.read_new().size() == 1);
  CHECK(journal.damaged() == 6);
}

TEST_CASE("the last word of a person counts, and undo brings back the one before", "[data]") {
  AnnotationState state;
  state.apply(answer("ann", "a", "spam"));
  state.apply(answer("ann", "a", "ham"));
  state.apply(answer("bob", "a", "spam"));
  CHECK(state.of("a").at("ann").answer()->value == "ham");
  CHECK(state.answers("a") == 2);
  AnnotationEntry undo{.action = Action::kUndo, .annotator = "ann", .id = "a"};
  state.apply(undo);
  CHECK(state.of("a").at("ann").answer()->value == "spam");
  state.apply(undo);
  CHECK(state.of("a").at("ann").answer() == nullptr);
  CHECK(state.answers("a") == 1);
  state.apply(undo);  // nothing is left to take back
  CHECK(state.last_decided("ann").empty());
  CHECK(state.last_decided("bob") == "a");
}

TEST_CASE("a skip is no answer, and flags and notes stay beside either", "[data]") {
  AnnotationState state;
  state.apply(answer("ann", "a", "spam"));
  state.apply({.action = Action::kFlag, .annotator = "ann", .id = "a", .value = true});
  state.apply({.action = Action::kNote, .annotator = "ann", .id = "a", .note = "odd"});
  state.apply({.action = Action::kSkip, .annotator = "ann", .id = "a"});
  const Verdict& verdict = state.of("a").at("ann");
  CHECK(verdict.answer() == nullptr);
  CHECK(verdict.last() != nullptr);
  CHECK(verdict.flagged);
  CHECK(verdict.note == "odd");
  state.apply({.action = Action::kFlag, .annotator = "ann", .id = "a", .value = false});
  CHECK_FALSE(state.of("a").at("ann").flagged);
  CHECK(state.of("nothing").empty());
}

TEST_CASE("names that would break a line or deceive are refused", "[data]") {
  CHECK(checked_annotator("Ånn 2") == "Ånn 2");
  for (const char* name : {"", " ann", "ann ", "a\nb", "a\033[2J", "\xff"})
    CHECK_THROWS_AS(checked_annotator(name), UsageError);
  CHECK_THROWS_AS(checked_annotator(std::string(65, 'x')), UsageError);
}

}  // namespace llmops::data
