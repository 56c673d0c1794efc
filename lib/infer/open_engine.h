// Opens a model for inference.
#pragma once

#include "infer/engine.h"

namespace llmops::infer {

/// Loads weights, tokenizer and chat template, applies the adapter, and starts the scheduling thread.
/// @throws NotFoundError, InputError  for files that are missing or malformed; UsageError  for options that do not hold
std::unique_ptr<Engine> open_engine(const EngineOptions& options);

}  // namespace llmops::infer
