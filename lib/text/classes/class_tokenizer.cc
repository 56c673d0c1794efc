// A tokenizer from a model folder without tokenizer.json: its files turned into one, as transformers' classes do it.
#include "text/classes/class_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "core/error.h"
#include "core/files.h"
#include "text/bpe/vocabulary.h"
#include "text/classes/class_rules.h"
#include "text/classes/class_settings.h"
#include "text/classes/name_list.h"
#include "text/classes/piece_vocabulary.h"
#include "text/classes/vocabulary_files.h"
#include "text/pipeline/pipeline_tokenizer.h"
#include "text/spm/sentencepiece_tokenizer.h"

namespace llmops::text {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxModelBytes = std::uint64_t{256} << 20;

/// Names that say nothing about the vocabulary.
constexpr std::string_view kAnyClass = "PreTrainedTokenizerFast PreTrainedTokenizer TokenizersBackend";

/// Added tokens with their ids: those of the vocabulary keep theirs, the others follow it.
Json numbered_tokens(const std::vector<AddedToken>& tokens, StringIndex& known, TokenId next) {
  Json out = Json::array();
  std::unordered_set<TokenId> done;
  for (const AddedToken& token : tokens) {
    if (token.content.empty()) continue;
    if (!known.find(token.content)) known.insert(token.content, next++);
    const TokenId id = *known.find(token.content);
    if (!done.insert(id).second) continue;
    out.push_back({{"id", id},
                   {"content", token.content},
                   {"single_word", token.single_word},
                   {"lstrip", token.lstrip},
                   {"rstrip", token.rstrip},
                   {"normalized", token.normalized},
                   {"special", token.special}});
  }
  return out;
}

/// "cls A sep", by the texts that the settings give these names.
Json post_processor(const ClassSettings& settings, const StringIndex& known) {
  std::string around = settings.kind().around;
  if (around.empty()) {
    around = std::string(settings.option("add_bos_token") ? "bos " : "") + "A" +
             (settings.option("add_eos_token") ? " eos" : "");
  }
  if (around.starts_with("lang") && settings.option("legacy_behaviour")) around = "A eos lang";
  Json single = Json::array();
  Json ids = Json::object();
  for (const std::string_view name : split_names(around)) {
    if (name == "A") {
      single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
      continue;
    }
    const std::string text =
        name == "lang" ? settings.language() : settings.text((std::string(name) + "_token").c_str());
    if (text.empty()) continue;
    auto id = known.find(text);
    if (!id) id = known.find(settings.text("unk_token"));
    if (!id) throw InputError(fmt::format("{}: '{}' is not in the vocabulary", settings.origin(), text));
    single.push_back({{"SpecialToken", {{"id", text}, {"type_id", 0}}}});
    ids[text] = {{"id", text}, {"ids", {*id}}, {"tokens", {text}}};
  }
  return {{"type", "TemplateProcessing"}, {"single", single}, {"pair", Json::array()}, {"special_tokens", ids}};
}

std::unique_ptr<Tokenizer> assemble(TokenizerFile file, const ClassSettings& settings,
                                    const std::vector<AddedToken>& of_model, const std::string& charsmap,
                                    SpecialTokens special) {
  StringIndex known;
  TokenId next = 0;
  const auto add = [&](const std::string& token, TokenId id) {
    known.insert(token, id);
    next = std::max(next, id + 1);
  };
  for (const auto& [token, id] : file.vocab) add(token, id);
  for (const auto& [piece, score] : file.pieces) add(piece, next);
  file.rules["added_tokens"] = numbered_tokens(settings.added_tokens(of_model), known, next);
  file.rules["normalizer"] = class_normalizer(settings, charsmap);
  file.rules["pre_tokenizer"] = class_pre_tokenizer(settings);
  file.rules["decoder"] = class_decoder(settings);
  file.rules["post_processor"] = post_processor(settings, known);
  special.bos = settings.text("bos_token");
  special.eos = settings.text("eos_token");
  special.unk = settings.text("unk_token");
  special.pad = settings.text("pad_token");
  special.add_bos = special.add_eos = std::nullopt;  // the post-processor knows
  return std::make_unique<PipelineTokenizer>(file, special);
}

std::string model_type_of(const fs::path& folder) {
  const fs::path path = folder / "config.json";
  return fs::exists(path) ? json_get_or<std::string>(read_json_file(path), "model_type", "", path.string()) : "";
}

/// Null where nothing says the class.
const TokenizerClass* class_of(const fs::path& folder, const std::string& name) {
  if (const TokenizerClass* found = find_tokenizer_class(name)) return found;
  const bool silent = name.empty() || holds_name(kAnyClass, name);
  return silent ? tokenizer_class_of_model(model_type_of(folder)) : nullptr;
}

std::unique_ptr<Tokenizer> from_pieces(const fs::path& model, SpecialTokens special) {
  const std::string origin = model.string();
  SentencePieceData data = parse_sentencepiece(read_file(model, kMaxModelBytes), origin);
  const TokenizerClass* kind = class_of(model.parent_path(), special.tokenizer_class);
  if (kind != nullptr && reads_pieces(kind->kind)) {
    const ClassSettings settings(*kind, model.parent_path());
    TokenizerFile file{origin, Json::object(), {}, {}, {}};
    add_piece_vocabulary(data, settings, file);
    return assemble(std::move(file), settings, marked_pieces(data), data.charsmap, std::move(special));
  }
  if (moves_ids(special.tokenizer_class)) {
    throw InputError(
        fmt::format("{}: the ids of a {} are not those of its SentencePiece model", origin, special.tokenizer_class),
        "save the tokenizer with transformers, which writes tokenizer.json, and use that");
  }
  return make_sentencepiece_tokenizer(std::move(data), special, origin);
}

std::unique_ptr<Tokenizer> from_plain_files(const fs::path& vocabulary, SpecialTokens special) {
  const bool words = vocabulary.extension() == ".txt";
  const auto wanted = words ? VocabularyKind::kWordPiece : VocabularyKind::kByteLevel;
  const TokenizerClass* kind = class_of(vocabulary.parent_path(), special.tokenizer_class);
  const bool silent = special.tokenizer_class.empty() || holds_name(kAnyClass, special.tokenizer_class);
  if (kind == nullptr && silent) kind = find_tokenizer_class(words ? "Bert" : "GPT2");
  if (kind == nullptr || kind->kind != wanted) {
    throw InputError(fmt::format("{}: {} is not known to read it", vocabulary.string(), special.tokenizer_class),
                     fmt::format("supported are {}; or save the tokenizer with transformers, which writes "
                                 "tokenizer.json",
                                 classes_reading(wanted)));
  }
  const ClassSettings settings(*kind, vocabulary.parent_path());
  TokenizerFile file = words ? read_word_list(vocabulary, settings) : read_vocabulary_and_merges(vocabulary);
  return assemble(std::move(file), settings, {}, "", std::move(special));
}

}  // namespace

std::unique_ptr<Tokenizer> load_class_tokenizer(const fs::path& vocabulary, SpecialTokens special) {
  return vocabulary.extension() == ".model" ? from_pieces(vocabulary, std::move(special))
                                            : from_plain_files(vocabulary, std::move(special));
}

}  // namespace llmops::text
