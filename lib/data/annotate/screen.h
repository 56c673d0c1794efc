// A record as lines of a terminal.
#pragma once

#include <string>

#include "data/annotate/answer_keys.h"
#include "data/annotate/project.h"

namespace llmops::data {

struct ScreenOptions {
  int width = 80;  ///< columns
  bool colour = false;
  std::size_t lines = 40;  ///< of one field, before the rest is left for 'm'; 0 shows all
};

/// The record with its place in the work, its fields and what is suggested; each line ended.
std::string render_turn(const AnnotationTask& task, const AnnotationRecord& record, const AnnotationTurn& turn,
                        const AnnotationProgress& progress, const ScreenOptions& options);

/// The answers there are and the keys for everything else.
std::string render_menu(const AnnotationTask& task, const AnswerKeys& keys, bool suggestion,
                        const ScreenOptions& options);
std::string render_help(const AnnotationTask& task, const AnswerKeys& keys, const ScreenOptions& options);

/// The fields that are shown, in order, as texts: a conversation is one for each turn, named by its role.
std::vector<std::pair<std::string, std::string>> shown_fields(const AnnotationTask& task,
                                                              const AnnotationRecord& record);

}  // namespace llmops::data
