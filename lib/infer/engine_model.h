// Everything of a model that the engine needs, read from a Hugging Face folder or a GGUF file.
#pragma once

#include <memory>
#include <set>

#include "infer/engine.h"
#include "model/inference/inference_decoder.h"
#include "model/inference/stored_weights.h"

namespace llmops::infer {

struct EngineModel {
  std::unique_ptr<model::InferenceDecoder> decoder;
  std::unique_ptr<model::InferenceDecoder> draft;  ///< guesses for it, on its threads; null for none
  std::unique_ptr<text::Tokenizer> tokenizer;
  std::unique_ptr<text::ChatTemplate> chat_template;  ///< null where the model has none
  std::set<TokenId> eos_ids;  ///< of the configuration, the generation defaults and the tokenizer
  ModelInfo info;             ///< what the KV cache decides is left to the engine
};

/// Of a model whose files are open; one without a tokenizer gets one that knows no text.
std::unique_ptr<text::Tokenizer> load_tokenizer(const model::StoredWeights& stored);

/// Of any kind. @throws as open_engine()
EngineModel load_model(const EngineOptions& options);
/// The same of one that writes text. @throws InputError  for a reward model
EngineModel load_engine_model(const EngineOptions& options);

/// @throws InputError  for a reward model
void check_writes_text(const model::ModelConfig& config, const std::string& path);

}  // namespace llmops::infer
