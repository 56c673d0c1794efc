// One person's steps through the records.
#include "data/annotate/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/units.h"

namespace llmops::data {

AnnotationSession::AnnotationSession(AnnotationProject& project, std::string annotator, std::string through)
    : project_(project), annotator_(std::move(annotator)), through_(std::move(through)) {
  project_.check_annotator(annotator_);
  advance();
}

void AnnotationSession::advance() {
  turn_ = project_.next(annotator_);
  shown_ = std::chrono::steady_clock::now();
}

double AnnotationSession::seconds() const {
  constexpr double kMost = 3600;  // whoever takes longer was away
  return std::min(kMost, std::chrono::duration<double>(std::chrono::steady_clock::now() - shown_).count());
}

const AnnotationTurn& AnnotationSession::shown() const {
  if (!turn_) throw std::logic_error("no record is shown");
  return *turn_;
}

void AnnotationSession::answer(const Json& value, bool accepted) {
  project_.answer(annotator_, shown().record, {value, seconds(), accepted, through_});
  ++decided_;
  advance();
}

bool AnnotationSession::accept() {
  const std::optional<Suggestion> suggestion = shown().suggestion;
  if (!suggestion) return false;
  answer(suggestion->value, /*accepted=*/true);
  return true;
}

void AnnotationSession::skip() {
  project_.skip(annotator_, shown().record, seconds(), through_);
  ++decided_;
  advance();
}

void AnnotationSession::toggle_flag() {
  AnnotationTurn changed = shown();
  changed.flagged = !changed.flagged;
  project_.flag(annotator_, changed.record, changed.flagged);
  turn_ = std::move(changed);
}

void AnnotationSession::note(const std::string& text) {
  AnnotationTurn changed = shown();
  project_.note(annotator_, changed.record, text);
  changed.note = text;
  turn_ = std::move(changed);
}

bool AnnotationSession::undo() {
  auto before = project_.undo(annotator_);
  if (!before) return false;
  turn_ = std::move(before);
  shown_ = std::chrono::steady_clock::now();
  decided_ -= decided_ > 0 ? 1 : 0;
  return true;
}

SessionReport report_session(AnnotationSession& session) {
  return {session.annotator(), session.decided(), session.project().progress(session.annotator())};
}

Json SessionReport::json() const {
  return {{"annotator", annotator}, {"decided", decided},          {"done", progress.done},
          {"left", progress.left},  {"records", progress.records}, {"complete", progress.complete}};
}

std::string SessionReport::text() const {
  return fmt::format("{}: {} decided now, {} of {} done; {} of {} records have all their answers\n", annotator,
                     format_count(decided), format_count(progress.done), format_count(progress.total()),
                     format_count(progress.complete), format_count(progress.records));
}

}  // namespace llmops::data
