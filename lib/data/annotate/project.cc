// Hands out records and writes down what is said of them.
#include "data/annotate/project.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/spelling.h"
#include "core/units.h"

namespace llmops::data {

namespace {

using Action = AnnotationEntry::Action;

constexpr std::int64_t kOpenMs = 600'000;   // after that, whoever had it before them has left
constexpr std::size_t kLongestNote = 4096;  // bytes

fs::path opened(const fs::path& folder, const AnnotationTask& task, const AnnotationRecords& records) {
  open_annotation_folder(folder, task, records);
  return folder;
}

}  // namespace

bool is_assigned(const AnnotationTask& task, const std::string& id, const std::string& annotator) {
  if (task.annotators.empty()) return true;
  const auto weight = [&](const std::string& name) { return xxh3_64(id + '\n' + name); };
  const std::uint64_t own = weight(annotator);
  const auto ahead = std::count_if(task.annotators.begin(), task.annotators.end(),
                                   [&](const std::string& name) { return weight(name) > own; });
  return ahead < task.overlap;
}

AnnotationProject::AnnotationProject(const fs::path& folder, AnnotationTask task, AnnotationRecords records)
    : folder_(opened(folder, task, records)),
      task_(std::move(task)),
      records_(std::move(records)),
      journal_(folder_ / kAnnotationJournal) {
  refresh();
}

void AnnotationProject::check_annotator(const std::string& name) const {
  checked_annotator(name);
  const auto& names = task_.annotators;
  if (names.empty() || std::find(names.begin(), names.end(), name) != names.end()) return;
  throw UsageError(fmt::format("'{}' is not among the task's annotators", name),
                   did_you_mean(name, names, fmt::format("they are {}", fmt::join(names, ", "))));
}

void AnnotationProject::refresh() {
  for (const AnnotationEntry& entry : journal_.read_new()) state_.apply(entry);
}

void AnnotationProject::write(AnnotationEntry entry) {
  entry.time = now_utc();
  journal_.append(entry);
  refresh();
}

bool AnnotationProject::waits_for(const std::string& annotator, const AnnotationRecord& record) const {
  const Verdicts& verdicts = state_.of(record.id);
  const auto own = verdicts.find(annotator);
  if (own != verdicts.end() && own->second.last() != nullptr) return false;
  return state_.answers(record.id) < static_cast<std::size_t>(task_.overlap) &&
         is_assigned(task_, record.id, annotator);
}

std::optional<AnnotationTurn> AnnotationProject::next(const std::string& annotator) {
  const std::lock_guard lock(mutex_);
  refresh();
  const std::int64_t now = now_unix_ms();
  std::optional<std::size_t> best;
  std::size_t best_answers = 0;
  for (std::size_t i = 0; i < records_.records.size(); ++i) {
    const AnnotationRecord& record = records_.records[i];
    const std::size_t answers = state_.answers(record.id);
    if ((best && answers >= best_answers) || !waits_for(annotator, record)) continue;
    // With room for further answers, a record may lie before several people at once.
    if (answers + 1 >= static_cast<std::size_t>(task_.overlap) && state_.open_elsewhere(record.id, annotator, now))
      continue;
    best = i;
    best_answers = answers;
    if (answers == 0) break;
  }
  if (!best) return std::nullopt;
  write({.action = Action::kOpen, .annotator = annotator, .id = records_.records[*best].id, .value = now + kOpenMs});
  return turn_locked(annotator, *best);
}

AnnotationTurn AnnotationProject::turn_locked(const std::string& annotator, std::size_t record) const {
  const std::string& id = records_.records.at(record).id;
  AnnotationTurn turn;
  turn.record = record;
  if (const auto found = suggestions_.find(id); found != suggestions_.end()) turn.suggestion = found->second;
  const Verdicts& verdicts = state_.of(id);
  if (const auto own = verdicts.find(annotator); own != verdicts.end()) {
    if (const AnnotationEntry* answer = own->second.answer()) turn.before = answer->value;
    turn.flagged = own->second.flagged;
    turn.note = own->second.note;
  }
  return turn;
}

AnnotationTurn AnnotationProject::turn(const std::string& annotator, std::size_t record) {
  const std::lock_guard lock(mutex_);
  refresh();
  return turn_locked(annotator, record);
}

void AnnotationProject::answer(const std::string& annotator, std::size_t record, const AnnotationAnswer& answer) {
  const std::lock_guard lock(mutex_);
  const AnnotationRecord& about = records_.records.at(record);
  AnnotationEntry entry{.action = Action::kAnswer, .annotator = annotator, .id = about.id};
  entry.value = checked_value(task_, about, answer.value);
  entry.seconds = answer.seconds;
  entry.through = answer.through;
  if (const auto found = suggestions_.find(about.id); found != suggestions_.end()) {
    entry.suggestion = suggestion_json(found->second);
    entry.accepted = answer.accepted && found->second.value == entry.value;
  }
  write(std::move(entry));
}

void AnnotationProject::skip(const std::string& annotator, std::size_t record, double seconds,
                             const std::string& through) {
  const std::lock_guard lock(mutex_);
  write({.action = Action::kSkip,
         .annotator = annotator,
         .id = records_.records.at(record).id,
         .seconds = seconds,
         .through = through});
}

void AnnotationProject::flag(const std::string& annotator, std::size_t record, bool flagged) {
  const std::lock_guard lock(mutex_);
  write({.action = Action::kFlag, .annotator = annotator, .id = records_.records.at(record).id, .value = flagged});
}

void AnnotationProject::note(const std::string& annotator, std::size_t record, const std::string& text) {
  if (text.size() > kLongestNote) throw InputError(fmt::format("a note has at most {} bytes", kLongestNote));
  const std::lock_guard lock(mutex_);
  write({.action = Action::kNote, .annotator = annotator, .id = records_.records.at(record).id, .note = text});
}

std::optional<AnnotationTurn> AnnotationProject::undo(const std::string& annotator) {
  const std::lock_guard lock(mutex_);
  refresh();
  const std::string id = state_.last_decided(annotator);
  const auto found = records_.index.find(id);
  if (id.empty() || found == records_.index.end()) return std::nullopt;
  write({.action = Action::kUndo, .annotator = annotator, .id = id});
  write({.action = Action::kOpen, .annotator = annotator, .id = id, .value = now_unix_ms() + kOpenMs});
  return turn_locked(annotator, found->second);
}

AnnotationProgress AnnotationProject::progress(const std::string& annotator) {
  const std::lock_guard lock(mutex_);
  refresh();
  AnnotationProgress progress;
  progress.records = records_.records.size();
  for (const AnnotationRecord& record : records_.records) {
    const Verdicts& verdicts = state_.of(record.id);
    const auto own = verdicts.find(annotator);
    progress.done += own != verdicts.end() && own->second.last() != nullptr ? 1 : 0;
    progress.left += waits_for(annotator, record) ? 1 : 0;
    progress.complete += state_.answers(record.id) >= static_cast<std::size_t>(task_.overlap) ? 1 : 0;
  }
  return progress;
}

AnnotationState AnnotationProject::state() {
  const std::lock_guard lock(mutex_);
  refresh();
  return state_;
}

bool AnnotationProject::suggest(const std::string& id, Suggestion suggestion) {
  const AnnotationRecord* record = records_.find(id);
  if (record == nullptr) return false;
  try {
    suggestion.value = checked_value(task_, *record, suggestion.value);
  } catch (const InputError&) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  suggestions_.insert_or_assign(id, std::move(suggestion));
  return true;
}

bool AnnotationProject::has_suggestion(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  return suggestions_.contains(id);
}

}  // namespace llmops::data
