// The vocabulary and the model of a tokenizer.json, made of a SentencePiece model as a tokenizer class numbers it.
#pragma once

#include "text/bpe/tokenizer_file.h"
#include "text/classes/class_settings.h"
#include "text/spm/sentencepiece_data.h"

namespace llmops::text {

/// Fills rules["model"] and the vocabulary, with merges where the class wants them.
void add_piece_vocabulary(const SentencePieceData& data, const ClassSettings& settings, TokenizerFile& file);

/// The pieces that the model calls control or user-defined, which every class finds in text as they are written.
std::vector<AddedToken> marked_pieces(const SentencePieceData& data);

}  // namespace llmops::text
