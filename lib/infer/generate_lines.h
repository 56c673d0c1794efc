// `llmops generate`: prompts to texts, a line each.
#pragma once

#include "infer/engine.h"
#include "infer/line_answers.h"

namespace llmops::infer {

struct GenerateLinesOptions {
  SamplingOptions sampling;    ///< of lines that do not say otherwise
  bool plain_prompts = false;  ///< a line is a prompt, not JSON
  std::size_t at_once = 128;   ///< lines handed to the engine together, which batches them as it can
};

/// Lines are {"prompt": text (encoded with what the tokenizer adds) | "ids": tokens | "messages": for the chat
/// template, with "tools"; "max_tokens", "temperature", "top_p", "top_k", "min_p", "frequency_penalty",
/// "presence_penalty", "repetition_penalty", "seed", "stop" (a text or several), "ignore_eos", and those of
/// grammar_fields.h}. Answers: {"text", "ids"
/// (of the answer, without the end token), "finish_reason"}, in the order of the lines, each as soon as it and those
/// before it are there. Blank lines are passed over, unless they are prompts.
LinesReport generate_lines(Engine& engine, LineSource& lines, const GenerateLinesOptions& options,
                           const WriteAnswer& write);

}  // namespace llmops::infer
