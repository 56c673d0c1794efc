// Byte-pair encoding of single words: the vocabulary, the merges, and what becomes of unknown characters.
#include "text/bpe/bpe_model.h"

#include <fmt/format.h>

#include <atomic>
#include <string>

#include "core/error.h"
#include "text/bpe/byte_alphabet.h"
#include "text/models/token_model.h"

namespace llmops::text {
namespace {

Vocabulary read_vocabulary(const TokenizerFile& file) {
  Vocabulary vocabulary;
  add_vocabulary(file, vocabulary);
  return vocabulary;
}

std::uint32_t next_serial() {
  static std::atomic<std::uint32_t> last{0};
  return ++last;
}

}  // namespace

BpeModel::BpeModel(const TokenizerFile& file, bool byte_level)
    : serial_(next_serial()),
      options_(read_bpe_options(file.rules["model"], file.origin + ": model")),
      vocabulary_(read_vocabulary(file)),
      initial_(options_, byte_level, vocabulary_, file.origin) {
  read_merges(file);
  if (!options_.ignore_merges) return;
  for (const auto& [token, id] : file.vocab) {
    if (const auto word = byte_level ? alphabet_to_bytes(token) : token) words_.insert(*word, id);
  }
}

// The right half of a merge is written with the prefix, which the merged token has only if the left half has it.
void BpeModel::read_merges(const TokenizerFile& file) {
  merges_.reserve(file.merges.size());
  std::uint32_t rank = 0;
  for (const auto& [left, right] : file.merges) {
    TokenId ids[3];
    const std::size_t prefix = options_.continuing_prefix.size();
    if (right.size() < prefix) {
      throw InputError(fmt::format("{}: model.merges[{}] ('{}' + '{}') lacks the continuing_subword_prefix '{}'",
                                   file.origin, rank, left, right, options_.continuing_prefix));
    }
    const std::string merged = left + right.substr(prefix);
    const std::string* const names[3] = {&left, &right, &merged};
    for (int i = 0; i < 3; ++i) {
      const auto id = vocabulary_.find(*names[i]);
      if (!id) {
        throw InputError(
            fmt::format("{}: model.merges[{}] ('{}' + '{}') needs token '{}', which is not in the vocabulary",
                        file.origin, rank, left, right, *names[i]));
      }
      ids[i] = *id;
    }
    merges_.insert(ids[0], ids[1], rank++, ids[2]);
  }
}

void BpeModel::merge_word(std::string_view word, std::vector<Symbol>& symbols) const {
  symbols.clear();
  if (const auto whole = options_.ignore_merges ? words_.find(word) : std::nullopt) {
    symbols.push_back({*whole, 0, static_cast<std::uint32_t>(word.size())});
    return;
  }
  initial_.split(word, symbols);
  merges_.apply(symbols);
}

void BpeModel::encode_word(std::string_view word, std::vector<Symbol>& symbols) const {
  if (word.empty() || word.size() > WordCache::kLongestWord) return merge_word(word, symbols);
  const WordCache::Key key = WordCache::key_of(word, word.size());
  WordCache::Entry& entry = WordCache::of_thread().place(key, serial_);
  if (!WordCache::holds(entry, key, serial_)) {
    merge_word(word, symbols);
    WordCache::keep(entry, key, serial_, symbols);
    return;
  }
  symbols.clear();
  for (std::size_t i = 0; i < entry.count; ++i) {
    symbols.push_back({entry.ids[i], i == 0 ? std::uint32_t{0} : entry.ends[i - 1], entry.ends[i]});
  }
}

void BpeModel::append_word(std::string_view word, std::size_t readable, WordCache& cache, std::vector<Symbol>& symbols,
                           std::vector<TokenId>& ids) const {
  if (word.size() - 1 < WordCache::kLongestWord) {
    const WordCache::Key key = WordCache::key_of(word, readable);
    WordCache::Entry& entry = cache.place(key, serial_);
    if (WordCache::holds(entry, key, serial_)) {
      ids.insert(ids.end(), entry.ids.begin(), entry.ids.begin() + entry.count);
      return;
    }
    merge_word(word, symbols);
    WordCache::keep(entry, key, serial_, symbols);
  } else {
    merge_word(word, symbols);
  }
  for (const Symbol& symbol : symbols) ids.push_back(symbol.id);
}

void BpeModel::append_ids(std::string_view text, std::span<const Word> words, std::vector<TokenId>& ids) const {
  WordCache& cache = WordCache::of_thread();
  std::vector<Symbol> symbols;
  std::string with_space;
  for (const Word& word : words) {
    const std::string_view part = text.substr(word.range.begin, word.range.size());
    if (word.added_space) {
      with_space.assign(" ").append(part);
      append_word(with_space, with_space.size(), cache, symbols, ids);
    } else {
      append_word(part, text.size() - word.range.begin, cache, symbols, ids);
    }
  }
}

}  // namespace llmops::text
