// The model of a command that embeds texts.
#pragma once

#include <string>

#include "apps/context.h"
#include "data/embed_texts.h"

namespace llmops::apps {

/// Its folder. One that is there needs no name looked up, and opens no registry.
/// @throws NotFoundError; UsageError  for what is no model in Hugging Face layout
std::string embedding_folder(const std::string& model, Context& context);

/// For modules before `infer`, which embed without knowing how. @throws as above
data::TextEmbedder open_text_embedder(const std::string& model, Context& context);

}  // namespace llmops::apps
