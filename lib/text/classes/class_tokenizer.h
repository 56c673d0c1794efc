// A tokenizer from a model folder without tokenizer.json: its files turned into one, as transformers' classes do it.
#pragma once

#include <filesystem>
#include <memory>

#include "text/special_tokens.h"
#include "text/tokenizer.h"

namespace llmops::text {

/// @param vocabulary  a SentencePiece model, vocab.txt, or vocab.json with merges.txt beside it
/// @param special     of the same folder (load_special_tokens)
/// The class is tokenizer_config.json's `tokenizer_class`, else what config.json's `model_type` uses. A SentencePiece
/// model of no class is what the SentencePiece library makes of it.
/// @throws InputError  for a class that is not supported, naming those that are
std::unique_ptr<Tokenizer> load_class_tokenizer(const std::filesystem::path& vocabulary, SpecialTokens special);

}  // namespace llmops::text
