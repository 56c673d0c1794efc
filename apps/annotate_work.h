// What `llmops annotate` is asked to do, read from its options.
#pragma once

#include "apps/engine_arguments.h"
#include "data/annotate/project.h"

namespace llmops::apps {

struct AnnotateOptions {
  std::string input, output, task_file;
  std::vector<std::string> overrides;
  std::string annotator;
  bool web = false;
  int port = 0;
  std::string suggest_file;
  EngineArguments suggest;  ///< its model is "" for none
  std::string suggest_prompt;
  // In place of a task file, or over it: only those that were given count.
  data::AnnotationTask task;
  std::string kind;
  std::vector<int> scale;
};

/// Subcommands of `annotate` share its parser, which would take options that belong to labelling from them in silence.
/// @throws UsageError  naming the first
void refuse_labelling_options(const CLI::App& subcommand);

/// The task of a file, of the folder's earlier sessions, or of flags; and the records. Opens the folder.
/// @param given  whether an option of this name stands on the command line
std::unique_ptr<data::AnnotationProject> open_project(const AnnotateOptions& options, Context& context,
                                                      const std::function<bool(const char*)>& given);

void add_annotate_agreement(CLI::App& parent, Context& context);
void add_annotate_export(CLI::App& parent, Context& context);
void add_annotate_synthesize(CLI::App& parent, Context& context);

}  // namespace llmops::apps
