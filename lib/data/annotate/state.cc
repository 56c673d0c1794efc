// Replays the journal.
#include "data/annotate/state.h"

#include <algorithm>

namespace llmops::data {

using Action = AnnotationEntry::Action;

void AnnotationState::apply(const AnnotationEntry& entry) {
  Person& person = people_[entry.annotator];
  if (entry.action == Action::kOpen) {
    person.open = {entry.id, entry.value.is_number_integer() ? entry.value.get<std::int64_t>() : 0};
    return;
  }
  Verdict& verdict = records_[entry.id][entry.annotator];
  switch (entry.action) {
    case Action::kAnswer:
    case Action::kSkip:
      verdict.decided.push_back(entry);
      person.decided.push_back(entry.id);
      if (person.open.id == entry.id) person.open = {};
      break;
    case Action::kUndo:
      if (verdict.decided.empty()) break;
      verdict.decided.pop_back();
      if (const auto last = std::find(person.decided.rbegin(), person.decided.rend(), entry.id);
          last != person.decided.rend()) {
        person.decided.erase(std::next(last).base());
      }
      break;
    case Action::kFlag: verdict.flagged = entry.value == true; break;
    case Action::kNote: verdict.note = entry.note; break;
    case Action::kOpen: break;
  }
}

const Verdicts& AnnotationState::of(const std::string& id) const {
  static const Verdicts kNone;
  const auto found = records_.find(id);
  return found == records_.end() ? kNone : found->second;
}

std::vector<std::string> AnnotationState::annotators() const {
  std::vector<std::string> names;
  names.reserve(people_.size());
  for (const auto& [name, unused] : people_) names.push_back(name);
  return names;
}

std::size_t AnnotationState::answers(const std::string& id) const {
  const Verdicts& verdicts = of(id);
  return static_cast<std::size_t>(
      std::count_if(verdicts.begin(), verdicts.end(), [](const auto& one) { return one.second.answer() != nullptr; }));
}

std::string AnnotationState::last_decided(const std::string& annotator) const {
  const auto found = people_.find(annotator);
  return found == people_.end() || found->second.decided.empty() ? "" : found->second.decided.back();
}

bool AnnotationState::open_elsewhere(const std::string& id, const std::string& annotator, std::int64_t now_ms) const {
  return std::any_of(people_.begin(), people_.end(), [&](const auto& person) {
    return person.first != annotator && person.second.open.id == id && person.second.open.until_ms > now_ms;
  });
}

}  // namespace llmops::data
