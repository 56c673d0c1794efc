// How good suggestions were, judged by those who saw them.
#pragma once

#include <string>
#include <vector>

#include "data/annotate/state.h"
#include "data/annotate/task.h"

namespace llmops::data {

struct SuggestionSource {
  std::string name;          ///< file or model
  std::size_t shown = 0;     ///< with an answer
  std::size_t accepted = 0;  ///< by the key for it
  std::size_t right = 0;     ///< equal to the answer, however it was given
  /// By what was suggested: (suggested, how often, of those right). At most 30.
  std::vector<std::tuple<std::string, std::size_t, std::size_t>> by_value;
};

struct SuggestionReport {
  std::vector<SuggestionSource> sources;  ///< in alphabetical order
  Json json() const;
  std::string text(int width) const;  ///< "" where nothing was suggested
};

SuggestionReport measure_suggestions(const AnnotationTask& task, const AnnotationState& state);

}  // namespace llmops::data
