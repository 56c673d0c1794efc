// Annotation under way: which record comes next for whom, and where the answers go. The terminal and the web page are
// two faces of it.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "data/annotate/journal.h"
#include "data/annotate/store.h"

namespace llmops::data {

/// What one person is shown.
struct AnnotationTurn {
  std::size_t record = 0;  ///< index
  std::optional<Suggestion> suggestion;
  std::optional<Json> before;  ///< this person's own answer so far
  bool flagged = false;
  std::string note;
};

struct AnnotationProgress {
  std::size_t done = 0;      ///< records on which this person has decided
  std::size_t left = 0;      ///< that still wait for them
  std::size_t records = 0;   ///< of the input
  std::size_t complete = 0;  ///< with as many answers as are wanted

  std::size_t total() const { return done + left; }
};

struct AnnotationAnswer {
  Json value;
  double seconds = 0;
  bool accepted = false;  ///< the suggestion's, by its key
  std::string through;    ///< "terminal", "lines" or "web"
};

/// All members may be called from any thread, and any number of processes may work on one folder.
class AnnotationProject {
 public:
  /// @throws what open_annotation_folder() throws
  AnnotationProject(const std::filesystem::path& folder, AnnotationTask task, AnnotationRecords records);

  const AnnotationTask& task() const { return task_; }
  const AnnotationRecords& records() const { return records_; }
  const std::filesystem::path& folder() const { return folder_; }

  /// @throws UsageError  for a name that cannot be one, or is not among the task's annotators
  void check_annotator(const std::string& name) const;

  /// The next record: one without any answer before one with some, in the order of the input; not one that somebody
  /// else has before them. None when nothing is left for this person. They have it before them from now on.
  std::optional<AnnotationTurn> next(const std::string& annotator);
  AnnotationTurn turn(const std::string& annotator, std::size_t record);

  /// @throws InputError  for a value that does not answer the task
  void answer(const std::string& annotator, std::size_t record, const AnnotationAnswer& answer);
  void skip(const std::string& annotator, std::size_t record, double seconds, const std::string& through);
  void flag(const std::string& annotator, std::size_t record, bool flagged);
  void note(const std::string& annotator, std::size_t record, const std::string& text);
  /// Takes this person's last decision back. @returns its record; none where there is nothing to take back
  std::optional<AnnotationTurn> undo(const std::string& annotator);

  AnnotationProgress progress(const std::string& annotator);
  /// As it stands now, with what other processes wrote.
  AnnotationState state();

  /// Shown from now on. Ignored: an unknown record, a value that does not answer the task. @returns whether it was
  /// taken
  bool suggest(const std::string& id, Suggestion suggestion);
  bool has_suggestion(const std::string& id) const;

 private:
  AnnotationTurn turn_locked(const std::string& annotator, std::size_t record) const;
  bool waits_for(const std::string& annotator, const AnnotationRecord& record) const;
  void refresh();
  void write(AnnotationEntry entry);

  const std::filesystem::path folder_;
  const AnnotationTask task_;
  const AnnotationRecords records_;
  mutable std::mutex mutex_;
  AnnotationJournal journal_;
  AnnotationState state_;
  std::map<std::string, Suggestion> suggestions_;
};

/// Whether a record is this person's to answer, where the task names who shares the work: each record goes to `overlap`
/// of them by the hash of its id with their name, so that adding records moves none.
bool is_assigned(const AnnotationTask& task, const std::string& id, const std::string& annotator);

}  // namespace llmops::data
