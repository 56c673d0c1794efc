// Byte-pair encoding of single words: the vocabulary, the merges, and what becomes of unknown characters.
#include "text/bpe/bpe_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/bpe/byte_alphabet.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

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

}  // namespace

BpeModel::BpeModel(const TokenizerFile& file, bool byte_level) : byte_level_(byte_level) {
  add_vocabulary(file, vocabulary_);
  read_flags(file.rules["model"], file.origin + ": model");
  read_merges(file);
  for (int byte = 0; byte < 256; ++byte) {
    std::string token = fmt::format("<0x{:02X}>", byte);
    if (byte_level_) {
      token.clear();
      append_utf8(token, byte_to_character(static_cast<unsigned char>(byte)));
    }
    byte_ids_[static_cast<std::size_t>(byte)] = vocabulary_.find(token).value_or(-1);
  }
  for (const auto& [token, id] : file.vocab) {
    const auto word = byte_level_ ? alphabet_to_bytes(token) : token;
    if (!word) continue;
    words_.insert(*word, id);
    longest_word_ = std::max(longest_word_, word->size());
  }
  whole_ = std::make_unique<std::atomic<std::uint8_t>[]>(static_cast<std::size_t>(vocabulary_.size()));
}

void BpeModel::read_flags(const Json& model, const std::string& origin) {
  for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
    const auto affix = json_get_or<std::string>(model, key, "", origin);
    if (!affix.empty()) throw InputError(fmt::format("{}: '{}' is not supported (it is '{}')", origin, key, affix));
  }
  if (json_get_or(model, "dropout", 0.0, origin) != 0.0) {
    throw InputError(fmt::format("{}: 'dropout' is not supported", origin), "set it to null");
  }
  byte_fallback_ = json_get_or(model, "byte_fallback", false, origin);
  fuse_unknown_ = json_get_or(model, "fuse_unk", false, origin);
  ignore_merges_ = json_get_or(model, "ignore_merges", false, origin);
  const auto unknown = json_get_or<std::string>(model, "unk_token", "", origin);
  if (unknown.empty()) return;
  unknown_ = vocabulary_.find(unknown);
  if (!unknown_) throw InputError(fmt::format("{}: unk_token '{}' is not in the vocabulary", origin, unknown));
}

void BpeModel::read_merges(const TokenizerFile& file) {
  merges_.reserve(file.merges.size());
  std::uint32_t rank = 0;
  for (const auto& [left, right] : file.merges) {
    TokenId ids[3];
    const std::string merged = left + right;
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

void BpeModel::encode_word(std::string_view word, std::vector<Symbol>& symbols) const {
  symbols.clear();
  const auto whole = word.size() <= longest_word_ ? words_.find(word) : std::nullopt;
  std::atomic<std::uint8_t>* known = whole ? &whole_[static_cast<std::size_t>(*whole)] : nullptr;
  if (whole && (ignore_merges_ || known->load(std::memory_order_relaxed) == kYes)) {
    symbols.push_back({*whole, 0, static_cast<std::uint32_t>(word.size())});
    return;
  }
  if (byte_level_) {
    split_bytes(word, symbols);
  } else {
    split_characters(word, symbols);
  }
  merges_.apply(symbols);
  if (known != nullptr && known->load(std::memory_order_relaxed) == kUntried) {
    const bool yes = symbols.size() == 1 && symbols[0].id == *whole;
    known->store(yes ? kYes : kNo, std::memory_order_relaxed);
  }
}

void BpeModel::split_bytes(std::string_view word, std::vector<Symbol>& symbols) const {
  for (std::uint32_t i = 0; i < word.size(); ++i) {
    const TokenId id = byte_ids_[static_cast<unsigned char>(word[i])];
    if (id >= 0) {
      symbols.push_back({id, i, i + 1});
    } else {
      add_unknown(i, i + 1, symbols);
    }
  }
}

void BpeModel::split_characters(std::string_view word, std::vector<Symbol>& symbols) const {
  for (std::uint32_t at = 0; at < word.size();) {
    const Utf8Step step = utf8_step(word, at);
    const auto length = static_cast<std::uint32_t>(step.length);
    const auto id = vocabulary_.find(step.valid ? word.substr(at, length) : "\uFFFD");
    const bool bytes_first = !step.valid && byte_fallback_;
    if (id && !bytes_first) {
      symbols.push_back({*id, at, at + length});
    } else if (!byte_fallback_ || !fall_back_to_bytes(word, at, length, symbols)) {
      add_unknown(at, at + length, symbols);
    }
    at += length;
  }
}

bool BpeModel::fall_back_to_bytes(std::string_view word, std::uint32_t at, std::uint32_t length,
                                  std::vector<Symbol>& symbols) const {
  const auto id_at = [&](std::uint32_t i) { return byte_ids_[static_cast<unsigned char>(word[i])]; };
  for (std::uint32_t i = at; i < at + length; ++i) {
    if (id_at(i) < 0) return false;
  }
  for (std::uint32_t i = at; i < at + length; ++i) symbols.push_back({id_at(i), i, i + 1});
  return true;
}

void BpeModel::add_unknown(std::uint32_t begin, std::uint32_t end, std::vector<Symbol>& symbols) const {
  if (!unknown_) return;  // left out, as the reference does
  if (fuse_unknown_ && !symbols.empty() && symbols.back().id == *unknown_) {
    symbols.back().end = end;
  } else {
    symbols.push_back({*unknown_, begin, end});
  }
}

}  // namespace llmops::text
