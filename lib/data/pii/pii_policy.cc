#include "data/pii/pii_policy.h"

#include "data/pii/pseudonym.h"

namespace llmops::data {

namespace {

// One more round is needed only where redaction changed the words around something: rounds beyond these find nothing in
// any text but one made for it.
constexpr int kMostRounds = 8;

bool leaves_label(PiiAction action) { return action == PiiAction::kRedact || action == PiiAction::kDrop; }

std::string treat_spans(std::string_view text, const std::vector<PiiSpan>& spans, const PiiPolicy& policy, bool again,
                        Counts& counts) {
  std::string out;
  out.reserve(text.size());
  std::size_t copied = 0;
  for (const PiiSpan& span : spans) {
    const PiiAction action = policy.action(span.type);
    if (again && !leaves_label(action)) continue;  // was treated in the first round
    const std::string_view value = text.substr(span.begin, span.end - span.begin);
    ++counts[pii_name(span.type)];
    if (action == PiiAction::kCount) continue;
    out.append(text.substr(copied, span.begin - copied));
    out += action == PiiAction::kReplace ? pseudonym(span.type, value, policy.key) : pii_label(span.type);
    copied = span.end;
  }
  out.append(text.substr(copied));
  return out;
}

}  // namespace

PiiPolicy PiiPolicy::redact(PiiSet types) {
  PiiPolicy policy;
  for (int i = 0; i < kPiiTypes; ++i) {
    if ((types & pii_bit(static_cast<PiiType>(i))) != 0)
      policy.actions[static_cast<std::size_t>(i)] = PiiAction::kRedact;
  }
  return policy;
}

PiiSet PiiPolicy::types() const { return all_pii() & ~types_with(PiiAction::kKeep); }

PiiSet PiiPolicy::types_with(PiiAction wanted) const {
  PiiSet set = 0;
  for (int i = 0; i < kPiiTypes; ++i) {
    if (actions[static_cast<std::size_t>(i)] == wanted) set |= pii_bit(static_cast<PiiType>(i));
  }
  return set;
}

std::string treat_pii(std::string_view text, const PiiPolicy& policy, Counts& counts) {
  const PiiSet types = policy.types();
  std::vector<PiiSpan> spans = find_pii(text, types, policy.names.get());
  if (spans.empty()) return std::string(text);
  std::string out = treat_spans(text, spans, policy, false, counts);
  const PiiSet labelled = policy.types_with(PiiAction::kRedact) | policy.types_with(PiiAction::kDrop);
  for (int round = 1; round < kMostRounds && labelled != 0; ++round) {
    spans = find_pii(out, types, policy.names.get());
    std::erase_if(spans, [&](const PiiSpan& span) { return (labelled & pii_bit(span.type)) == 0; });
    if (spans.empty()) break;
    out = treat_spans(out, spans, policy, true, counts);
  }
  return out;
}

std::optional<PiiType> find_pii_to_drop(std::string_view text, const PiiPolicy& policy) {
  const PiiSet dropped = policy.types_with(PiiAction::kDrop);
  if (dropped == 0) return std::nullopt;
  for (const PiiSpan& span : find_pii(text, policy.types(), policy.names.get())) {
    if ((dropped & pii_bit(span.type)) != 0) return span.type;
  }
  return std::nullopt;
}

}  // namespace llmops::data
