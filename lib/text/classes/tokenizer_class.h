// What transformers' tokenizer classes make of a vocabulary that came without tokenizer.json: one row a class.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace llmops::text {

/// Where a class keeps its vocabulary.
enum class VocabularyKind {
  kUnigram,     ///< a SentencePiece model, cut by likelihood whatever it was trained for
  kMerges,      ///< the same, by merges in the order of ids
  kByteMerges,  ///< the same, with byte fallback
  kByteLevel,   ///< vocab.json and merges.txt
  kWordPiece,   ///< vocab.txt
};

inline bool reads_pieces(VocabularyKind kind) {
  return kind != VocabularyKind::kByteLevel && kind != VocabularyKind::kWordPiece;
}

/// How a class numbers the pieces of a SentencePiece model.
enum class PieceOrder {
  kAsTheyAre,
  kExtraIds,   ///< <extra_id_99> to <extra_id_0> behind them
  kFairseq,    ///< bos, pad, eos, unk, pieces from the fourth on, language codes, mask
  kMerged,     ///< bos, pad, eos, unk, then all other pieces
  kCamembert,  ///< pad and unk between placeholders, pieces from the second on, mask
  kPegasus,    ///< pad, eos, two masks, <unk_2> and so on, pieces from the third on
};

enum class NormalizerStep {
  kCharsmap,          ///< the model's own rules
  kQuotes,            ///< `` and '' become "
  kAccents,           ///< off they go, unless keep_accents
  kLower,             ///< with do_lower_case
  kOneSpace,          ///< for several
  kOneSpaceForLines,  ///< for white space but single spaces
  kNfc,
  kTrimEnd,
  kUnderlines,  ///< U+2581 for spaces
  kBertText,
};

enum class WordStep {
  kAtSpaces,
  kUnderline,      ///< U+2581 before each word
  kUnderlineOnce,  ///< before the text, or with `legacy` before each part of it; words stay together
  kPunctuation,    ///< with split_by_punct
  kBeforeSpaces,
  kByteLevel,
  kQwen2,
  kBertWords,
};

enum class DecoderKind { kUnderline, kBytes, kByteLevel, kWordPiece };

struct TokenizerClass {
  const char* names;  ///< separated by spaces, without "Tokenizer" and "Fast"
  VocabularyKind kind;
  PieceOrder order = PieceOrder::kAsTheyAre;
  std::vector<NormalizerStep> normalizer = {};
  std::vector<WordStep> words = {};
  DecoderKind decoder = DecoderKind::kUnderline;
  const char* specials = "";  ///< "bos=<s> mask+=<mask>", where the files are silent; + takes the space before it
  const char* around = "";    ///< "cls A sep": tokens around a text; "" where add_bos_token and add_eos_token say
  const char* options = "";   ///< booleans that are true where the files are silent; with ! whatever they say
  const char* language = "";  ///< src_lang where the files are silent
  const std::vector<std::string_view>* languages = nullptr;  ///< codes that are special tokens
  const char* more = "";                                     ///< further special tokens
};

/// The class of a name such as "LlamaTokenizerFast"; null for one that is not in the table.
const TokenizerClass* find_tokenizer_class(std::string_view name);
/// The class that models of config.json's "model_type" use; null where it takes more to tell.
const TokenizerClass* tokenizer_class_of_model(std::string_view model_type);
/// Whether the ids of a class are known not to be those of its vocabulary file, though it is not in the table.
bool moves_ids(std::string_view name);
/// Names of the classes that read such a vocabulary, for errors.
std::string classes_reading(VocabularyKind kind);

}  // namespace llmops::text
