// A model folder's tokenizer and chat template as GGUF metadata.
#pragma once

#include <filesystem>
#include <vector>

#include "model/gguf.h"

namespace llmops::quant {

/// tokenizer.* from tokenizer.json (byte-level BPE) or tokenizer.model (SentencePiece).
/// @param vocab_size  rows of the embedding; ids without a token are named as unused
/// @throws NotFoundError, InputError  for tokenizers that llama.cpp has no name for
std::vector<model::GgufKey> gguf_tokenizer_keys(const std::filesystem::path& model_dir, int vocab_size);

}  // namespace llmops::quant
