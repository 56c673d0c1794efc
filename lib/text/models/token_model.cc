// Models of tokenizer.json: which is made of a file.
#include "text/models/token_model.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/bpe/bpe_model.h"
#include "text/component.h"
#include "text/models/unigram_model.h"
#include "text/models/word_level_model.h"
#include "text/models/word_piece_model.h"

namespace llmops::text {
namespace {

class BpeTokenModel final : public TokenModel {
 public:
  BpeTokenModel(const TokenizerFile& file, bool byte_level) : model_(file, byte_level) {}
  void encode_word(std::string_view word, std::vector<Symbol>& symbols) const override {
    model_.encode_word(word, symbols);
  }
  void append_ids(std::string_view text, std::span<const Word> words, std::vector<TokenId>& ids) const override {
    model_.append_ids(text, words, ids);
  }
  Vocabulary& vocabulary() override { return model_.vocabulary(); }

 private:
  BpeModel model_;
};

}  // namespace

TokenModel::~TokenModel() = default;

void TokenModel::append_ids(std::string_view text, std::span<const Word> words, std::vector<TokenId>& ids) const {
  std::vector<Symbol> symbols;
  for (const Word& word : words) {
    const std::string_view part = text.substr(word.range.begin, word.range.size());
    if (word.added_space) {
      encode_word(" " + std::string(part), symbols);
    } else {
      encode_word(part, symbols);
    }
    for (const Symbol& symbol : symbols) ids.push_back(symbol.id);
  }
}

std::string model_type(const TokenizerFile& file) {
  const auto model = file.rules.find("model");
  if (model == file.rules.end() || !model->is_object()) {
    throw InputError(fmt::format("{}: 'model' is missing", file.origin), "expected a tokenizer.json");
  }
  const bool pieces = !file.pieces.empty() || model->contains("unk_id");
  const char* guess = !file.merges.empty()                          ? "BPE"
                      : pieces                                      ? "Unigram"
                      : model->contains("max_input_chars_per_word") ? "WordPiece"
                                                                    : "WordLevel";
  return json_get_or<std::string>(*model, "type", guess, file.origin + ": model");
}

std::unique_ptr<TokenModel> make_token_model(const TokenizerFile& file, bool byte_level) {
  const std::string type = model_type(file);
  if (type == "BPE") return std::make_unique<BpeTokenModel>(file, byte_level);
  if (type == "Unigram") return std::make_unique<UnigramModel>(file);
  if (type == "WordPiece") return std::make_unique<WordPieceModel>(file);
  if (type == "WordLevel") return std::make_unique<WordLevelModel>(file);
  throw_unsupported(file.origin, "model", type, "BPE, Unigram, WordPiece, WordLevel");
}

void add_vocabulary(const TokenizerFile& file, Vocabulary& vocabulary) {
  if (file.vocab.empty()) throw InputError(fmt::format("{}: 'model.vocab' is missing or empty", file.origin));
  for (const auto& [token, id] : file.vocab) {
    if (vocabulary.has(id) && vocabulary.token(id) != token) {
      throw InputError(
          fmt::format("{}: tokens '{}' and '{}' both have id {}", file.origin, vocabulary.token(id), token, id));
    }
    if (!vocabulary.add(token, id)) throw InputError(fmt::format("{}: token '{}' has two ids", file.origin, token));
  }
}

}  // namespace llmops::text
