// Follows the passes of loops.
#include "text/jinja/output_trace.h"

namespace llmops::text::jinja {
namespace {

constexpr std::size_t kNone = SIZE_MAX;
constexpr std::size_t kSeveral = SIZE_MAX - 1;

}  // namespace

void OutputTrace::watch(const Items& items) {
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].is_dict()) items_.emplace(&items[i].entries(), i);
  }
}

std::size_t OutputTrace::item_of(const Value& value) const {
  if (items_.empty() || !value.is_dict()) return kNone;
  const auto found = items_.find(&value.entries());
  return found == items_.end() ? kNone : found->second;
}

void OutputTrace::begin_pass(const Value& item, std::size_t position) {
  const std::size_t found = item_of(item);
  passes_.push_back({found, position, found != kNone});
}

void OutputTrace::end_pass(std::size_t position) {
  const Pass pass = passes_.back();
  passes_.pop_back();
  if (pass.item < kSeveral && position > pass.begin) found_.push_back({pass.item, pass.begin, position});
}

void OutputTrace::assigned(const Value& value) {
  if (passes_.empty() || passes_.back().certain) return;
  const std::size_t found = item_of(value);
  if (found == kNone) return;
  Pass& pass = passes_.back();
  pass.item = pass.item == kNone || pass.item == found ? found : kSeveral;
}

}  // namespace llmops::text::jinja
