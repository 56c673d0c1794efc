// Suggestions from a file: what a model or a rule proposes for each record.
#pragma once

#include <filesystem>

#include "data/annotate/project.h"

namespace llmops::data {

struct SuggestionCounts {
  std::size_t taken = 0;    ///< shown with their records
  std::size_t ignored = 0;  ///< about no record, or no answer to the task
};

/// Lines are {"id", "label" or "value", "score"}; a "source" replaces the file's name. The last of a record counts.
/// @throws NotFoundError; InputError  naming the line
SuggestionCounts read_suggestions(const std::filesystem::path& file, AnnotationProject& project);

}  // namespace llmops::data
