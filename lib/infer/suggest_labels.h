// What a model would answer to an annotation task: shown to the people who decide.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "data/annotate/project.h"
#include "infer/engine.h"

namespace llmops::infer {

struct SuggestOptions {
  std::string source;        ///< what the model is called beside a suggestion
  std::string instructions;  ///< what it is told first; "": the task's own instructions
  std::size_t batch = 16;    ///< records asked about together
};

/// The form of the answers that fit a task, which the model is held to: labels, a rating, or the better of two.
/// @throws UsageError  for tasks whose answers cannot be listed (corrections, three candidates and more)
grammar::GrammarSource answer_grammar(const data::AnnotationTask& task);

/// Asks about each of `records` (indices), the most likely answer being the suggestion; its score is the probability
/// that the model gave to the answer's tokens. A record that fits no context is cut, its end first.
/// @returns suggestions, in order; the ones of answers that were not finished are left out
/// @throws Interrupted; what the engine throws
std::vector<std::pair<std::size_t, data::Suggestion>> suggest_answers(Engine& engine, const data::AnnotationTask& task,
                                                                      const data::AnnotationRecords& records,
                                                                      const std::vector<std::size_t>& asked,
                                                                      const SuggestOptions& options);

/// Suggests for every record of a project that has no suggestion yet, on a thread of its own, in the order of the
/// input. What it finds is kept in the project's folder (suggestions.jsonl) and not asked again.
class BackgroundSuggester {
 public:
  /// @param engine, project  outlive this. @throws as answer_grammar()
  BackgroundSuggester(Engine& engine, data::AnnotationProject& project, SuggestOptions options);
  /// Stops after the records that are under way.
  ~BackgroundSuggester();

  /// Until the first suggestions are there, or none will come.
  void wait_for_first();
  /// Why it ended early; "" where it did not.
  std::string failure() const;

 private:
  void run(const std::stop_token& stop);
  void keep(std::size_t record, const data::Suggestion& suggestion);

  Engine& engine_;
  data::AnnotationProject& project_;
  SuggestOptions options_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  std::string failure_;
  std::jthread thread_;  ///< last, so that it ends first
};

}  // namespace llmops::infer
