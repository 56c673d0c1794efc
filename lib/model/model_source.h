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

/// The same of an adapter. @throws UsageError  for anything else
ModelSource resolve_adapter(registry::Registry& registry, const std::string& text, const std::string& base = "");

/// Whether `text` is the path of a model's folder or file that is there: it needs no name looked up, and no registry.
bool is_plain_model(const std::string& text);
/// The same of what has a tokenizer: any file, or a folder; an adapter without one has its base's, which is looked up.
bool is_plain_tokenizer(const std::string& text);

/// Records the model, and its adapter, as inputs of `run`. @returns the artifact that answers, to which gates,
/// promotion and served requests refer: the adapter where there is one
registry::Artifact record_inputs(registry::Run& run, const ModelSource& source);

}  // namespace llmops::model
