// What a draft model gains: the same text with and without its guesses.
#pragma once

#include "infer/bench.h"

namespace llmops::infer {

/// One sequence, greedily, with and without options.draft_model. How many guesses hold depends on the text, so the
/// prompt is one: options.text, or plain English where there is none.
/// @throws as open_engine(); InputError  for a model without a tokenizer
DraftFigures measure_draft(const BenchOptions& options);

}  // namespace llmops::infer
