// The tokenizer of a model that has none.
#pragma once

#include <memory>

#include "text/tokenizer.h"

namespace llmops::text {

/// Whether a model folder holds what load_tokenizer() reads.
bool has_tokenizer(const std::filesystem::path& folder);

/// For scoring and generating from ids alone: decodes every id to nothing, and refuses to encode.
/// @param model  what the error calls the model
std::unique_ptr<Tokenizer> no_tokenizer(const std::string& model);

}  // namespace llmops::text
