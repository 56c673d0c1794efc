// One person at work: the record before them, the time it takes, and what they decide.
#pragma once

#include <chrono>
#include <functional>

#include "data/annotate/project.h"

namespace llmops::data {

class AnnotationSession {
 public:
  /// @param through  "terminal" or "lines", kept with each answer
  /// @throws UsageError  as AnnotationProject::check_annotator()
  AnnotationSession(AnnotationProject& project, std::string annotator, std::string through);

  /// nullptr where nothing is left.
  const AnnotationTurn* turn() const { return turn_ ? &*turn_ : nullptr; }
  /// @throws std::logic_error  where nothing is left, as do those below that act on the record
  const AnnotationRecord& record() const { return project_.records().records[shown().record]; }
  AnnotationProject& project() { return project_; }
  const std::string& annotator() const { return annotator_; }
  std::size_t decided() const { return decided_; }  ///< in this session

  // Each writes, and those that decide go on to the next record.
  void answer(const Json& value, bool accepted = false);
  bool accept();  ///< @returns false where nothing is suggested
  void skip();
  void toggle_flag();
  void note(const std::string& text);

  /// Back to the record before. @returns false where there is none
  bool undo();
  /// Looks again for a record, after others have left theirs.
  void look_again() { advance(); }

 private:
  const AnnotationTurn& shown() const;
  void advance();
  double seconds() const;

  AnnotationProject& project_;
  std::string annotator_, through_;
  std::optional<AnnotationTurn> turn_;
  std::chrono::steady_clock::time_point shown_;
  std::size_t decided_ = 0;
};

/// How a session ended.
struct SessionReport {
  std::string annotator;
  std::size_t decided = 0;
  AnnotationProgress progress;

  Json json() const;
  std::string text() const;
};
SessionReport report_session(AnnotationSession& session);

}  // namespace llmops::data
