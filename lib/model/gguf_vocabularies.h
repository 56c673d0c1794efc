// The kinds of vocabulary that GGUF files hold, each as a tokenizer.json, and SentencePiece's as what it is.
#pragma once

#include "core/json.h"
#include "model/gguf.h"
#include "model/gguf_special_tokens.h"
#include "text/special_tokens.h"
#include "text/spm/sentencepiece_data.h"

namespace llmops::model {

/// What `tokenizer.ggml.model` stands for.
enum class GgufVocabularyKind { kBpe, kSentencePiece, kUnigram, kWordPiece };

/// @throws InputError  for another name, with the nearest known one
GgufVocabularyKind gguf_vocabulary_kind(const Gguf& gguf);

/// The parts "normalizer", "pre_tokenizer", "decoder", "model" and "added_tokens" of a tokenizer.json.
/// @throws InputError  naming file and key, for lists of different lengths and tokens given twice
Json gguf_bpe_json(const Gguf& gguf);
Json gguf_sentencepiece_json(const Gguf& gguf);
Json gguf_unigram_json(const Gguf& gguf);
Json gguf_word_piece_json(const Gguf& gguf);

/// Pieces, scores and rules of a SentencePiece or unigram vocabulary. User-defined tokens, which llama.cpp looks for in
/// the text before anything else, go to `special.added`.
/// @throws InputError  naming file and key
text::SentencePieceData gguf_sentencepiece(const Gguf& gguf, text::SpecialTokens& special);

/// "model.vocab": texts to ids, without padding. @throws InputError  for a text given twice
Json gguf_vocab_object(const Gguf& gguf, const std::vector<std::string>& tokens,
                       const std::vector<GgufTokenKind>& kinds);
/// "added_tokens": control and user-defined tokens, and those of `also`.
Json gguf_added_tokens(const std::vector<std::string>& tokens, const std::vector<GgufTokenKind>& kinds,
                       GgufTokenKind also = GgufTokenKind::kControl);
/// A boolean key, written as one or as a number. @throws InputError  for another type
bool gguf_flag(const Gguf& gguf, const std::string& key, bool fallback);

}  // namespace llmops::model
