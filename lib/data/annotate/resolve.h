// From several people's answers to one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "data/annotate/records.h"
#include "data/annotate/state.h"

namespace llmops::data {

struct ResolvePolicy {
  enum class Kind {
    kMajority,   ///< the answer of more people than any other; of several labels, each that more than half gave
    kUnanimous,  ///< the answer of all
    kFirst,      ///< the earliest
    kAnnotator,  ///< that of one person
  };
  Kind kind = Kind::kMajority;
  std::string annotator;  ///< of kAnnotator
};

/// "majority", "unanimous", "first" or "annotator:NAME". @throws UsageError
ResolvePolicy parse_resolve_policy(const std::string& text);

struct ResolvedAnswer {
  Json value;
  std::map<std::string, Json> votes;  ///< by annotator: all of them, also those that lost
  double agreement = 0;               ///< share of the votes that are equal to the value
};

/// None where the policy does not decide: a tie, a difference, nobody or not that person.
/// A majority of rankings is, for each two candidates, what most prefer; where that goes in a circle, a tie.
std::optional<ResolvedAnswer> resolve_answer(const AnnotationTask& task, const Verdicts& verdicts,
                                             const ResolvePolicy& policy);

}  // namespace llmops::data
