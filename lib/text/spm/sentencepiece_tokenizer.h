// A tokenizer read from a SentencePiece model file, as transformers' LlamaTokenizer uses it.
#pragma once

#include <memory>
#include <string>

#include "text/special_tokens.h"
#include "text/tokenizer.h"

namespace llmops::text {

/// @param model  bytes of tokenizer.model
/// @throws InputError  when it is not a SentencePiece model
std::unique_ptr<Tokenizer> make_sentencepiece_tokenizer(const std::string& model, const SpecialTokens& special,
                                                        const std::string& origin);

}  // namespace llmops::text
