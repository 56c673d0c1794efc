// A tokenizer made of a SentencePiece model, as transformers' LlamaTokenizer and its kin use it.
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

/// Throws for classes whose ids are not those of the model file; otherwise the tokens that the class adds by itself:
/// a BOS, an EOS, T5's <extra_id_0>.
/// @throws InputError  naming the class
void apply_tokenizer_class(const SentencePieceData& data, SpecialTokens& special, const std::string& origin);

}  // namespace llmops::text
