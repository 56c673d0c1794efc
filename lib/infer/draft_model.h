// The smaller model that guesses for another.
#pragma once

#include <memory>

#include "infer/engine.h"
#include "model/inference/inference_decoder.h"
#include "model/model_source.h"

namespace llmops::infer {

/// Loads options.draft_model, to run on the threads of `target`, which outlives it.
/// @param tokenizer  the target's
/// @throws NotFoundError, InputError  for files that are missing or malformed, and for a model of another vocabulary
std::unique_ptr<model::InferenceDecoder> load_draft_model(const EngineOptions& options, model::InferenceDecoder& target,
                                                          const text::Tokenizer& tokenizer);

/// @throws UsageError  for an adapter; as model::resolve_model()
model::ModelSource resolve_draft_model(registry::Registry& registry, const std::string& text);

/// What a token is called must be the same in both. One may have further tokens that pad its vocabulary to a round
/// size.
/// @param name  what errors call the draft model
/// @throws InputError  naming the first difference
void check_same_vocabulary(const std::string& name, const text::Tokenizer& draft, const text::Tokenizer& target);

}  // namespace llmops::infer
