// What transformers' tokenizer classes make of a vocabulary that came without tokenizer.json: the table.
#include "text/classes/tokenizer_class.h"

#include "text/classes/language_codes.h"
#include "text/classes/name_list.h"

namespace llmops::text {
namespace {

using enum NormalizerStep;
using enum WordStep;
using Kind = VocabularyKind;
using Order = PieceOrder;
using Decoder = DecoderKind;

// What transformers 5.23 does, also where an older release did otherwise: LlamaTokenizer adds no BOS unless told to.
const std::vector<TokenizerClass>& classes() {
  constexpr const char* kRobertaSpecials = "bos=<s> eos=</s> unk=<unk> sep=</s> pad=<pad> cls=<s> mask=<mask>";
  constexpr const char* kFairseqSpecials = "bos=<s> eos=</s> unk=<unk> sep=</s> pad=<pad> cls=<s> mask+=<mask>";
  constexpr const char* kBertSpecials = "unk=[UNK] sep=[SEP] pad=[PAD] cls=[CLS] mask=[MASK]";
  constexpr const char* kDebertaSpecials = "bos=[CLS] eos=[SEP] unk=[UNK] sep=[SEP] pad=[PAD] cls=[CLS] mask=[MASK]";
  static const std::vector<TokenizerClass> table = {
      {.names = "Llama",
       .kind = Kind::kByteMerges,
       .words = {kUnderlineOnce},
       .decoder = Decoder::kBytes,
       .specials = "bos=<s> eos=</s> unk=<unk>",
       .options = "add_prefix_space"},
      {.names = "CodeLlama",
       .kind = Kind::kByteMerges,
       .words = {kUnderlineOnce},
       .decoder = Decoder::kBytes,
       .specials = "bos=<s> eos=</s> unk=<unk>",
       .options = "add_prefix_space add_bos_token knows_unknown",
       .more = "\u2581<PRE> \u2581<MID> \u2581<SUF> \u2581<EOT> <FILL_ME>"},
      {.names = "Gemma",
       .kind = Kind::kByteMerges,
       .normalizer = {kUnderlines},
       .words = {kBeforeSpaces},
       .decoder = Decoder::kBytes,
       .specials = "bos=<bos> eos=<eos> unk=<unk> pad=<pad> mask=<mask>",
       .options = "knows_unknown"},
      {.names = "T5 MT5",
       .kind = Kind::kUnigram,
       .order = Order::kExtraIds,
       .normalizer = {kCharsmap},
       .words = {kAtSpaces, kUnderline},
       .specials = "eos=</s> unk=<unk> pad=<pad>",
       .around = "A eos",
       .options = "add_prefix_space!"},
      {.names = "XLMRoberta",
       .kind = Kind::kUnigram,
       .order = Order::kFairseq,
       .normalizer = {kCharsmap},
       .words = {kAtSpaces, kUnderline},
       .specials = kRobertaSpecials,
       .around = "bos A eos",
       .options = "add_prefix_space"},
      {.names = "MBart",
       .kind = Kind::kUnigram,
       .order = Order::kFairseq,
       .words = {kAtSpaces, kUnderline},
       .specials = kFairseqSpecials,
       .around = "A eos lang",
       .options = "add_prefix_space!",
       .language = "en_XX",
       .languages = &mbart_languages()},
      {.names = "MBart50",
       .kind = Kind::kUnigram,
       .order = Order::kFairseq,
       .normalizer = {kCharsmap, kOneSpace},
       .words = {kUnderline},
       .specials = "eos=</s> unk=<unk> sep=</s> pad=<pad> cls=<s> mask+=<mask>",
       .around = "lang A eos",
       .options = "add_prefix_space!",
       .language = "en_XX",
       .languages = &mbart50_languages()},
      {.names = "Nllb",
       .kind = Kind::kMerges,
       .order = Order::kMerged,
       .normalizer = {kCharsmap, kOneSpace},
       .words = {kUnderline},
       .specials = kFairseqSpecials,
       .around = "lang A eos",
       .options = "add_prefix_space!",
       .language = "eng_Latn",
       .languages = &nllb_languages()},
      {.names = "Albert",
       .kind = Kind::kUnigram,
       .normalizer = {kQuotes, kAccents, kLower, kCharsmap},
       .words = {kAtSpaces, kUnderline},
       .specials = "bos=[CLS] eos=[SEP] unk=<unk> sep=[SEP] pad=<pad> cls=[CLS] mask=[MASK]",
       .around = "cls A sep",
       .options = "add_prefix_space do_lower_case"},
      {.names = "Camembert",
       .kind = Kind::kUnigram,
       .order = Order::kCamembert,
       .normalizer = {kCharsmap},
       .words = {kAtSpaces, kUnderline},
       .specials = kFairseqSpecials,
       .around = "bos A eos",
       .options = "add_prefix_space"},
      {.names = "Pegasus",
       .kind = Kind::kUnigram,
       .order = Order::kPegasus,
       .normalizer = {kCharsmap, kOneSpace},
       .words = {kUnderline},
       .specials = "eos=</s> unk=<unk> pad=<pad> mask=<mask_2>",
       .around = "A eos",
       .options = "add_prefix_space!"},
      {.names = "Reformer",
       .kind = Kind::kMerges,
       .normalizer = {kCharsmap, kOneSpace},
       .words = {kUnderline},
       .specials = "eos=</s> unk=<unk>",
       .options = "add_prefix_space!"},
      {.names = "DebertaV2",
       .kind = Kind::kUnigram,
       .normalizer = {kLower, kOneSpaceForLines, kNfc, kTrimEnd},
       .words = {kPunctuation, kUnderline},
       .specials = kDebertaSpecials,
       .around = "cls A sep",
       .options = "add_prefix_space"},
      {.names = "XLNet",
       .kind = Kind::kUnigram,
       .normalizer = {kQuotes, kAccents, kLower, kCharsmap},
       .words = {kAtSpaces, kUnderline},
       .specials = "bos=<s> eos=</s> unk=<unk> sep=<sep> pad=<pad> cls=<cls> mask+=<mask>",
       .around = "A sep cls",
       .options = "add_prefix_space!"},
      {.names = "Bert DistilBert Electra MobileBert ConvBert SqueezeBert Lxmert LayoutLM DPRQuestionEncoder "
                "DPRContextEncoder DPRReader",
       .kind = Kind::kWordPiece,
       .normalizer = {kBertText},
       .words = {kBertWords},
       .decoder = Decoder::kWordPiece,
       .specials = kBertSpecials,
       .around = "cls A sep",
       .options = "do_lower_case tokenize_chinese_chars"},
      {.names = "MPNet",
       .kind = Kind::kWordPiece,
       .normalizer = {kBertText},
       .words = {kBertWords},
       .decoder = Decoder::kWordPiece,
       .specials = "bos=<s> eos=</s> unk=[UNK] sep=</s> pad=<pad> cls=<s> mask+=<mask>",
       .around = "cls A sep",
       .options = "do_lower_case tokenize_chinese_chars"},
      {.names = "GPT2 CodeGen",
       .kind = Kind::kByteLevel,
       .words = {kByteLevel},
       .decoder = Decoder::kByteLevel,
       .specials = "bos=<|endoftext|> eos=<|endoftext|> unk=<|endoftext|>"},
      {.names = "GPTNeoX",
       .kind = Kind::kByteLevel,
       .normalizer = {kNfc},
       .words = {kByteLevel},
       .decoder = Decoder::kByteLevel,
       .specials = "bos=<|endoftext|> eos=<|endoftext|> unk=<|endoftext|> pad=<|padding|>"},
      {.names = "Qwen2",
       .kind = Kind::kByteLevel,
       .normalizer = {kNfc},
       .words = {kQwen2},
       .decoder = Decoder::kByteLevel,
       .specials = "eos=<|endoftext|> unk=<|endoftext|> pad=<|endoftext|>"},
      {.names = "Roberta Bart Longformer LED Mvp",
       .kind = Kind::kByteLevel,
       .words = {kByteLevel},
       .decoder = Decoder::kByteLevel,
       .specials = kRobertaSpecials,
       .around = "cls A sep"},
      {.names = "Deberta",
       .kind = Kind::kByteLevel,
       .words = {kByteLevel},
       .decoder = Decoder::kByteLevel,
       .specials = kDebertaSpecials,
       .around = "cls A sep"},
  };
  return table;
}

struct ModelType {
  const char* types;
  const char* name;
};

constexpr ModelType kModels[] = {
    {"t5 mt5 switch_transformers longt5", "T5"},
    {"gemma gemma2 gemma3 gemma3_text", "Gemma"},
    {"xlm-roberta xlm-roberta-xl", "XLMRoberta"},
    {"mbart", "MBart"},
    {"nllb nllb-moe", "Nllb"},
    {"albert", "Albert"},
    {"camembert", "Camembert"},
    {"pegasus", "Pegasus"},
    {"reformer", "Reformer"},
    {"deberta-v2", "DebertaV2"},
    {"xlnet", "XLNet"},
    {"bert distilbert electra mobilebert convbert squeezebert lxmert layoutlm", "Bert"},
    {"mpnet", "MPNet"},
    {"gpt2 gpt_neo gptj codegen opt phi starcoder2 gpt_bigcode", "GPT2"},
    {"gpt_neox", "GPTNeoX"},
    {"qwen2 qwen2_moe qwen3 qwen3_moe", "Qwen2"},
    {"roberta bart longformer led mvp", "Roberta"},
    {"deberta", "Deberta"},
};

constexpr std::string_view kMovingIds =
    "Barthez XGLM M2M100 Marian SpeechT5 Speech2Text PLBart RemBert SeamlessM4T BartPho BigBird LayoutXLM";

std::string_view short_name(std::string_view name) {
  for (const std::string_view suffix : {"Fast", "Tokenizer"}) {
    if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
  }
  return name;
}

}  // namespace

const TokenizerClass* find_tokenizer_class(std::string_view name) {
  for (const TokenizerClass& row : classes()) {
    if (holds_name(row.names, short_name(name))) return &row;
  }
  return nullptr;
}

const TokenizerClass* tokenizer_class_of_model(std::string_view model_type) {
  for (const ModelType& row : kModels) {
    if (holds_name(row.types, model_type)) return find_tokenizer_class(row.name);
  }
  return nullptr;
}

bool moves_ids(std::string_view name) { return holds_name(kMovingIds, short_name(name)); }

std::string classes_reading(VocabularyKind kind) {
  std::string names;
  for (const TokenizerClass& row : classes()) {
    if (row.kind != kind) continue;
    for (const std::string_view name : split_names(row.names)) {
      if (!names.empty()) names += ", ";
      names.append(name).append("Tokenizer");
    }
  }
  return names;
}

}  // namespace llmops::text
