// From documents to what is put before the model: prompts, references and choices.
#pragma once

#include <string>
#include <vector>

#include "eval/documents.h"
#include "eval/task.h"
#include "text/chat_template.h"

namespace llmops::eval {

/// One document, ready to be run.
struct Case {
  std::size_t index = 0;  ///< in the split, from 0
  Json document;
  bool chat = false;  ///< the prompt comes from a chat template: it is never cut
  std::string prompt;
  std::vector<std::string> references;     ///< what is expected; for multiple_choice the text of the right choice
  std::vector<std::string> choices;        ///< multiple_choice; without the delimiter
  std::vector<std::string> continuations;  ///< scored after the prompt; of multiple_choice in the order of the choices
  std::size_t gold = 0;                    ///< multiple_choice: index of the right choice
};

struct CaseOptions {
  std::uint64_t seed = 1234;         ///< of few-shot draws
  int limit = 0;                     ///< first documents only; 0 is all
  bool apply_chat_template = false;  ///< a text prompt becomes one user message
  std::string system_instruction;    ///< before it; "" for none
};

/// @throws ConfigError  for a template that does not parse
void check_templates(const Task& task);

/// @param fewshot        where examples come from; the documents themselves when null
/// @param chat_template  of the model; null when it has none
/// @throws InputError  naming the document that lacks a field, has no usable target, or a template that fails
std::vector<Case> build_cases(const Task& task, const Documents& documents, const Documents* fewshot,
                              const text::ChatTemplate* chat_template, const CaseOptions& options);

}  // namespace llmops::eval
