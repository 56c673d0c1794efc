// Whole words as tokens.
#include "text/models/word_level_model.h"

#include <fmt/format.h>

#include "core/error.h"

namespace llmops::text {

WordLevelModel::WordLevelModel(const TokenizerFile& file) : origin_(file.origin) {
  add_vocabulary(file, vocabulary_);
  for (const auto& [token, id] : file.vocab) words_.insert(token, id);
  unknown_ = vocabulary_.find(
      json_get_or<std::string>(*file.rules.find("model"), "unk_token", "<unk>", file.origin + ": model"));
}

void WordLevelModel::encode_word(std::string_view word, std::vector<Symbol>& symbols) const {
  symbols.clear();
  auto id = words_.find(word);
  if (!id) id = unknown_;
  if (!id) {
    throw InputError(
        fmt::format("{}: the word '{}' is not in the vocabulary, which has no unk_token", origin_, word.substr(0, 60)));
  }
  symbols.push_back({*id, 0, static_cast<std::uint32_t>(word.size())});
}

}  // namespace llmops::text
