// What transformers' tokenizer classes do around a SentencePiece model, where the configuration does not say.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/spm/sentencepiece_tokenizer.h"

namespace llmops::text {
namespace {

struct TokenizerClass {
  const char* name;  ///< without "Tokenizer" and "Fast"
  bool bos;
  bool eos;
  bool own_ids;   ///< ids are moved against those of the model file
  int extra_ids;  ///< tokens <extra_id_0>, ... behind the pieces, last first
};

constexpr TokenizerClass kClasses[] = {
    {"Llama", true, false, false, 0},     {"CodeLlama", true, false, false, 0}, {"Gemma", true, false, false, 0},
    {"Mistral", true, false, false, 0},   {"T5", false, true, false, 100},      {"Pegasus", false, true, true, 0},
    {"Reformer", false, false, false, 0}, {"GPTSw3", false, false, false, 0},   {"XLMRoberta", false, false, true, 0},
    {"Camembert", false, false, true, 0}, {"MBart", false, false, true, 0},     {"MBart50", false, false, true, 0},
    {"Nllb", false, false, true, 0},      {"M2M100", false, false, true, 0},    {"Barthez", false, false, true, 0},
    {"XGLM", false, false, true, 0},      {"Marian", false, false, true, 0},
};

std::string short_name(std::string name) {
  for (const std::string_view suffix : {"Fast", "Tokenizer"}) {
    if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  }
  return name;
}

void add_extra_ids(const SentencePieceData& data, int count, SpecialTokens& special) {
  const bool there = std::any_of(special.added.begin(), special.added.end(),
                                 [](const AddedToken& token) { return token.content.starts_with("<extra_id_"); });
  for (int i = 0; !there && i < count; ++i) {
    AddedToken token;
    token.content = fmt::format("<extra_id_{}>", count - 1 - i);
    token.id = static_cast<TokenId>(data.pieces.size()) + i;
    token.special = true;
    special.added.push_back(std::move(token));
  }
}

}  // namespace

void apply_tokenizer_class(const SentencePieceData& data, SpecialTokens& special, const std::string& origin) {
  const std::string name = short_name(special.tokenizer_class);
  const auto* found =
      std::find_if(std::begin(kClasses), std::end(kClasses), [&](const TokenizerClass& c) { return name == c.name; });
  if (found == std::end(kClasses)) {
    if (!special.add_bos) special.add_bos = data.bos_id >= 0;
    return;
  }
  if (found->own_ids) {
    throw InputError(
        fmt::format("{}: the ids of a {} are not those of its SentencePiece model", origin, special.tokenizer_class),
        "save the tokenizer with transformers, which writes tokenizer.json, and use that");
  }
  if (!special.add_bos) special.add_bos = found->bos && (data.bos_id >= 0 || !special.bos.empty());
  if (!special.add_eos) special.add_eos = found->eos && (data.eos_id >= 0 || !special.eos.empty());
  add_extra_ids(data, special.extra_ids.value_or(found->extra_ids), special);
}

}  // namespace llmops::text
