// The model of a command that embeds texts.
#pragma once

#include <string>

#include "apps/context.h"

namespace llmops::apps {

/// Its folder. One that is there needs no name looked up, and opens no registry.
/// @throws NotFoundError; UsageError  for what is no model in Hugging Face layout
std::string embedding_folder(const std::string& model, Context& context);

}  // namespace llmops::apps
