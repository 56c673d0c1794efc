// A SentencePiece model file: the fields of ModelProto that say how text is cut.
#include "text/spm/sentencepiece_data.h"

#include <fmt/format.h>

#include <cmath>
#include <unordered_map>

#include "core/error.h"
#include "text/spm/wire_reader.h"

namespace llmops::text {
namespace {

// Field numbers of sentencepiece_model.proto.
enum ModelField { kPieces = 1, kTrainerSpec = 2, kNormalizerSpec = 3, kLastField = 5 };
enum PieceField { kText = 1, kScore = 2, kKind = 3 };
enum TrainerField {
  kModelType = 3,
  kSpaceAsSuffix = 24,
  kByteFallback = 35,
  kUnkId = 40,
  kBosId = 41,
  kEosId = 42,
  kPadId = 43,
  kUnkSurface = 44
};
enum NormalizerField { kCharsmap = 2, kAddDummyPrefix = 3, kRemoveExtraSpaces = 4, kEscapeSpaces = 5 };
constexpr std::uint64_t kFirstExtension = 200;

using Kind = SentencePieceData::Kind;

SentencePieceData::Piece read_piece(const WireField& message, const std::string& origin) {
  SentencePieceData::Piece piece;
  WireReader reader(message.bytes, message.offset, origin);
  for (WireField field; reader.next(field);) {
    if (field.number == kText && field.type == 2) piece.text = field.bytes;
    if (field.number == kScore && field.type == 5) piece.score = field.number_f32();
    if (field.number == kKind && field.type == 0) {
      if (field.value < 1 || field.value > 6) reader.fail(fmt::format("piece type {} is not known", field.value));
      piece.kind = static_cast<Kind>(field.value);
    }
  }
  return piece;
}

void read_trainer_spec(const WireField& message, const std::string& origin, SentencePieceData& data) {
  WireReader reader(message.bytes, message.offset, origin);
  const auto id_of = [](const WireField& field) { return static_cast<int>(static_cast<std::int64_t>(field.value)); };
  for (WireField field; reader.next(field);) {
    switch (field.number) {
      case kModelType:
        if (field.value < 1 || field.value > 4) reader.fail(fmt::format("model type {} is not known", field.value));
        data.algorithm = static_cast<SentencePieceData::Algorithm>(field.value);
        break;
      case kSpaceAsSuffix: data.space_as_suffix = field.flag(); break;
      case kByteFallback: data.byte_fallback = field.flag(); break;
      case kUnkId: data.unk_id = id_of(field); break;
      case kBosId: data.bos_id = id_of(field); break;
      case kEosId: data.eos_id = id_of(field); break;
      case kPadId: data.pad_id = id_of(field); break;
      case kUnkSurface: data.unk_surface = field.bytes; break;
      default: break;
    }
  }
}

void read_normalizer_spec(const WireField& message, const std::string& origin, SentencePieceData& data) {
  WireReader reader(message.bytes, message.offset, origin);
  for (WireField field; reader.next(field);) {
    switch (field.number) {
      case kCharsmap: data.charsmap = field.bytes; break;
      case kAddDummyPrefix: data.add_dummy_prefix = field.flag(); break;
      case kRemoveExtraSpaces: data.remove_extra_spaces = field.flag(); break;
      case kEscapeSpaces: data.escape_spaces = field.flag(); break;
      default: break;
    }
  }
}

// An id that the vocabulary is too small for means none; the trainer writes its defaults whatever the pieces are.
void check_id(int& id, const SentencePieceData& data) {
  if (id < 0 || static_cast<std::size_t>(id) >= data.pieces.size()) id = -1;
}

}  // namespace

SentencePieceData parse_sentencepiece(std::string_view model, const std::string& origin) {
  SentencePieceData data;
  data.unk_id = 0;  // the format's defaults
  data.bos_id = 1;
  data.eos_id = 2;
  WireReader reader(model, 0, origin);
  for (WireField field; reader.next(field);) {
    if (field.number > kLastField && field.number < kFirstExtension) {
      reader.fail(fmt::format("field {} is not known", field.number));
    }
    if (field.type != 2) continue;
    if (field.number == kPieces) data.pieces.push_back(read_piece(field, origin));
    if (field.number == kTrainerSpec) read_trainer_spec(field, origin, data);
    if (field.number == kNormalizerSpec) read_normalizer_spec(field, origin, data);
  }
  check_sentencepiece(data, origin);
  // "<s>" may be an ordinary piece where the model was trained without it.
  for (int* id : {&data.bos_id, &data.eos_id, &data.pad_id}) {
    if (*id >= 0 && data.pieces[static_cast<std::size_t>(*id)].kind != Kind::kControl) *id = -1;
  }
  return data;
}

void check_sentencepiece(SentencePieceData& data, const std::string& origin) {
  const auto fail = [&](const std::string& reason) {
    throw InputError(fmt::format("{}: not a SentencePiece model: {}", origin, reason));
  };
  if (data.pieces.empty()) fail("it has no pieces");
  std::unordered_map<std::string_view, std::size_t> seen;
  int unknown = -1;
  std::size_t bytes = 0;
  for (std::size_t id = 0; id < data.pieces.size(); ++id) {
    const SentencePieceData::Piece& piece = data.pieces[id];
    if (piece.text.empty()) fail(fmt::format("piece {} is empty", id));
    if (!std::isfinite(piece.score))
      fail(fmt::format("the score of piece {} ('{}') is {}", id, piece.text, piece.score));
    const auto [first, fresh] = seen.emplace(piece.text, id);
    if (!fresh) fail(fmt::format("pieces {} and {} are both '{}'", first->second, id, piece.text));
    if (piece.kind == Kind::kByte) ++bytes;
    if (piece.kind != Kind::kUnknown) continue;
    if (unknown >= 0) fail(fmt::format("pieces {} and {} are both of type unknown", unknown, id));
    unknown = static_cast<int>(id);
  }
  if (unknown < 0) fail("no piece is of type unknown");
  if (data.byte_fallback && bytes != 256) fail(fmt::format("byte_fallback with {} byte pieces instead of 256", bytes));
  data.unk_id = unknown;
  for (int* id : {&data.bos_id, &data.eos_id, &data.pad_id}) check_id(*id, data);
}

}  // namespace llmops::text
