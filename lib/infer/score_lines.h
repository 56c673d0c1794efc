// `llmops score`: log-probabilities of given texts, a line of JSON each.
#pragma once

#include "infer/engine.h"
#include "infer/line_answers.h"

namespace llmops::infer {

/// Lines are {"ids": [...]} or {"text": "..."} (encoded with what the tokenizer adds, a BOS say; the answer then has
/// the ids). Answers: {"logprobs": [...], "sum", "greedy": [...]}, natural logarithms of every token but the first, and
/// whether each was the most likely one. Lines that wait are scored together; blank ones are passed over.
LinesReport score_lines(Engine& engine, LineSource& lines, const WriteAnswer& write);

}  // namespace llmops::infer
