// A tokenizer made of a SentencePiece model, as the SentencePiece library uses it.
#pragma once

#include <memory>
#include <string>

#include "text/special_tokens.h"
#include "text/spm/sentencepiece_data.h"
#include "text/tokenizer.h"

namespace llmops::text {

/// @param data  checked (check_sentencepiece)
/// @throws InputError  for special tokens that do not fit the vocabulary
std::unique_ptr<Tokenizer> make_sentencepiece_tokenizer(SentencePieceData data, const SpecialTokens& special,
                                                        const std::string& origin);

}  // namespace llmops::text
