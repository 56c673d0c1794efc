// "--model X": a folder, a GGUF file, an adapter or a URI of one, resolved to what the engine opens and lineage
// records.
#pragma once

#include "registry/resolve.h"
#include "registry/run.h"

namespace llmops::model {

struct ModelSource {
  std::string given;                   ///< as the user wrote it
  std::string uri;                     ///< canonical name, for records
  std::filesystem::path model_path;    ///< Hugging Face folder or GGUF file
  std::filesystem::path adapter_path;  ///< PEFT folder; empty for none
  std::string kind;                    ///< "model", "gguf" or "adapter"
};

/// An adapter's base is what its adapter_config.json names (a URI or a path, also relative to the adapter), unless
/// `base` is given.
/// @throws NotFoundError, InputError (a folder that is neither a model nor an adapter, saying what was looked for)
ModelSource resolve_model(registry::Registry& registry, const std::string& text, const std::string& base = "");

/// Records the model, and its adapter, as inputs of `run`. @returns the artifact that answers, to which gates,
/// promotion and served requests refer: the adapter where there is one
registry::Artifact record_inputs(registry::Run& run, const ModelSource& source);

}  // namespace llmops::model
