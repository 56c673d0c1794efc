// Annotations as a data set: each record with the answer that was settled on.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "data/annotate/resolve.h"
#include "data/annotate/store.h"

namespace llmops::data {

struct ExportOptions {
  std::string format = "jsonl";  ///< or "csv", or "preference": pairs of answers, of rankings only
  ResolvePolicy resolve;
  std::string field;      ///< that gets the answer; "": "label", "labels", "rating" or "ranks"
  int least_answers = 1;  ///< records with fewer are left out
  bool flagged = true;    ///< whether flagged records are exported
};

struct ExportReport {
  std::size_t records = 0;             ///< of the input
  std::size_t exported = 0;            ///< of those
  std::size_t lines = 0;               ///< written: several pairs may come of one record
  std::size_t unanswered = 0;          ///< nobody, or too few, answered
  std::size_t unresolved = 0;          ///< answered, and the policy does not decide
  std::size_t flagged = 0;             ///< left out because of a flag
  std::size_t unknown = 0;             ///< answered, but not in the input
  std::vector<std::string> undecided;  ///< ids of the first unresolved ones

  Json json() const;
  std::string text() const;
};

/// The lines of the file, each with its line end, in the order of the input.
/// @throws UsageError  for a format the task has no use for
std::string export_annotations(const AnnotationTask& task, const AnnotationRecords& records,
                               const AnnotationState& state, const ExportOptions& options, ExportReport& report);

}  // namespace llmops::data
