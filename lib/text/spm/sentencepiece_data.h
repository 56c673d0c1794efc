// What a SentencePiece model says: its pieces, and how text is normalized before it is cut.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace llmops::text {

struct SentencePieceData {
  /// As in the file format, and as GGUF's `tokenizer.ggml.token_type`.
  enum class Kind : int { kNormal = 1, kUnknown = 2, kControl = 3, kUserDefined = 4, kUnused = 5, kByte = 6 };
  enum class Algorithm : int { kUnigram = 1, kBpe = 2, kWord = 3, kCharacter = 4 };
  struct Piece {
    std::string text;
    float score = 0;
    Kind kind = Kind::kNormal;
  };

  std::vector<Piece> pieces;  ///< by id
  Algorithm algorithm = Algorithm::kUnigram;
  bool byte_fallback = false;
  bool space_as_suffix = false;                            ///< treat_whitespace_as_suffix
  int unk_id = -1, bos_id = -1, eos_id = -1, pad_id = -1;  ///< -1: none
  std::string unk_surface = " \xE2\x81\x87 ";              ///< what an unknown piece is decoded as

  std::string charsmap;  ///< compiled normalization rules (normalize/charsmap.h); "" for none
  bool add_dummy_prefix = true;
  bool remove_extra_spaces = true;
  bool escape_spaces = true;  ///< a space is written as U+2581
};

/// @param model  bytes of tokenizer.model, a protocol buffer (ModelProto)
/// @throws InputError  "not a SentencePiece model: at byte 17, ..."
SentencePieceData parse_sentencepiece(std::string_view model, const std::string& origin);

/// That ids, texts and scores make a vocabulary; finds unk_id where it is -1.
/// @throws InputError  for no pieces, a text that is empty or there twice, a score that is not finite, more than one
/// unknown piece or none, ids that are no pieces, or byte_fallback without all 256 bytes
void check_sentencepiece(SentencePieceData& data, const std::string& origin);

}  // namespace llmops::text
