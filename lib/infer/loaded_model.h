// Everything of a model that inference needs, read from a Hugging Face folder or a GGUF file.
#pragma once

#include <set>

#include "infer/engine.h"
#include "model/decoder.h"

namespace llmops::infer {

struct LoadedModel {
  model::Decoder decoder;
  std::unique_ptr<text::Tokenizer> tokenizer;
  std::unique_ptr<text::ChatTemplate> chat_template;  ///< null where the model has none
  std::set<TokenId> eos_ids;  ///< of the configuration, the generation defaults and the tokenizer
  ModelInfo info;
};

/// @throws as open_engine()
LoadedModel load_model(const EngineOptions& options);

}  // namespace llmops::infer
