// Annotations as tables that agreement is measured on: what was asked, and who chose which category where.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "data/annotate/state.h"
#include "data/annotate/task.h"

namespace llmops::data {

/// One thing that was judged: a record, or two candidates of one.
struct JudgedUnit {
  std::string record;                  ///< id
  std::map<std::string, int> choices;  ///< annotator to category
};

struct JudgedQuestion {
  std::string name;                     ///< "label", a label's own name, "rating", "preference" or "text"
  std::vector<std::string> categories;  ///< empty for texts, which are as many as people write
  std::vector<double> values;           ///< of the categories on an interval scale
  bool ordered = false;                 ///< whether the categories' order means something
  std::vector<JudgedUnit> units;        ///< in the order of the records' ids; each with at least one choice
};

/// One question, but for tasks of several labels: there each label is one, with the categories "no" and "yes".
std::vector<JudgedQuestion> judged_questions(const AnnotationTask& task, const AnnotationState& state);

}  // namespace llmops::data
