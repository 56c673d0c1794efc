// One step of continuous batching: a token for every sequence that generates, and pieces of the prompts that wait.
#pragma once

#include <span>

#include "infer/sequence.h"
#include "model/decoder.h"

namespace llmops::infer {

/// Runs the decoder once over the next tokens of `sequences` and lets those whose prompt is through choose a token. One
/// that fails alone is ended with its error; the others go on.
/// @param prompt_budget  prompt tokens of all sequences together in this step; what is over waits for the next, so that
/// a
///                       long prompt does not hold up those that generate
void run_step(const model::Decoder& decoder, std::span<const std::unique_ptr<Sequence>> sequences,
              std::int64_t prompt_budget);

}  // namespace llmops::infer
