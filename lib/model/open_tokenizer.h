// A tokenizer from whatever holds one.
#pragma once

#include <filesystem>
#include <memory>

#include "text/tokenizer.h"

namespace llmops::model {

/// @param path  model folder, tokenizer.json, SentencePiece model or GGUF file
/// @throws NotFoundError, InputError
std::unique_ptr<text::Tokenizer> open_tokenizer(const std::filesystem::path& path);

}  // namespace llmops::model
