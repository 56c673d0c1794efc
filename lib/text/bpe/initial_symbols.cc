// A word's characters as tokens, before any merge. The order of unknown characters is that of Hugging Face's
// tokenizers: they are written when the next known character comes, and byte tokens do not count as one.
#include "text/bpe/initial_symbols.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "text/bpe/byte_alphabet.h"
#include "text/utf8.h"

namespace llmops::text {

struct InitialSymbols::Character {
  std::string_view text;  // as the vocabulary writes it, without prefix and suffix; bytes where not valid
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool first = false;
  bool last = false;
  bool valid = true;  // false for bytes that are not UTF-8
};

struct InitialSymbols::Pending {
  bool any = false;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

namespace {

// Never before what is written already: spans stay in order.
void push(TokenId id, std::uint32_t begin, std::uint32_t end, std::vector<Symbol>& symbols) {
  const std::uint32_t least = symbols.empty() ? 0 : symbols.back().end;
  symbols.push_back({id, std::max(begin, least), std::max(end, least)});
}

std::string alphabet_character(unsigned char byte) {
  std::string text;
  append_utf8(text, byte_to_character(byte));
  return text;
}

}  // namespace

InitialSymbols::InitialSymbols(const BpeOptions& options, bool byte_level, const Vocabulary& vocabulary,
                               const std::string& origin)
    : options_(options), byte_level_(byte_level), origin_(origin) {
  const std::size_t longest = 4 + options_.continuing_prefix.size() + options_.end_of_word_suffix.size();
  for (TokenId id = 0; id < vocabulary.size(); ++id) {
    if (vocabulary.has(id) && vocabulary.token(id).size() <= longest) characters_.insert(vocabulary.token(id), id);
  }
  if (!options_.unknown_token.empty()) unknown_ = vocabulary.find(options_.unknown_token);
  for (int value = 0; value < 256; ++value) {
    const auto byte = static_cast<unsigned char>(value);
    byte_tokens_[byte] = vocabulary.find(fmt::format("<0x{:02X}>", value)).value_or(-1);
    const std::string text = byte_level_ ? alphabet_character(byte) : std::string(1, static_cast<char>(byte));
    for (const bool first : {false, true}) {
      for (const bool last : {false, true}) {
        const bool known = byte_level_ || byte < 0x80;
        single_[first][last][byte] = known ? characters_.find(written(text, first, last)).value_or(-1) : -1;
      }
    }
  }
}

std::string InitialSymbols::written(std::string_view text, bool first, bool last) const {
  return (first ? "" : options_.continuing_prefix) + std::string(text) + (last ? options_.end_of_word_suffix : "");
}

void InitialSymbols::split(std::string_view word, std::vector<Symbol>& symbols) const {
  Pending pending;
  for (std::uint32_t at = 0; at < word.size();) {
    const auto byte = static_cast<unsigned char>(word[at]);
    const bool single = byte_level_ || byte < 0x80;
    const Utf8Step step = single ? Utf8Step{byte, 1, true} : utf8_step(word, at);
    const auto end = at + static_cast<std::uint32_t>(step.length);
    const bool last = end == word.size();
    if (const TokenId id = single_[at == 0][last][byte]; id >= 0 && !pending.any) {
      symbols.push_back({id, at, end});
    } else {
      const bool as_it_is = step.valid || options_.byte_fallback;
      const std::string text = byte_level_ ? alphabet_character(byte)
                               : as_it_is  ? std::string(word.substr(at, end - at))
                                           : std::string("\uFFFD");
      add({text, at, end, at == 0, last, step.valid}, pending, symbols);
    }
    at = end;
  }
  if (pending.any) push(*unknown_, pending.begin, pending.end, symbols);
}

void InitialSymbols::add(const Character& character, Pending& pending, std::vector<Symbol>& symbols) const {
  const std::string text = written(character.text, character.first, character.last);
  const bool bytes_first = !character.valid && options_.byte_fallback;
  if (const auto id = bytes_first ? std::nullopt : characters_.find(text)) {
    if (pending.any) push(*unknown_, pending.begin, pending.end, symbols);
    pending.any = false;
    push(*id, character.begin, character.end, symbols);
  } else if (!options_.byte_fallback || !fall_back(character, text, symbols)) {
    add_unknown(character, pending, symbols);
  }
}

bool InitialSymbols::fall_back(const Character& character, std::string_view text, std::vector<Symbol>& symbols) const {
  const auto token = [&](char byte) { return byte_tokens_[static_cast<unsigned char>(byte)]; };
  if (std::any_of(text.begin(), text.end(), [&](char byte) { return token(byte) < 0; })) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    // The character's own bytes are in order; those of a prefix or suffix stem from its first or last.
    const auto begin = std::min<std::uint32_t>(character.begin + static_cast<std::uint32_t>(i), character.end - 1);
    push(token(text[i]), begin, begin + 1, symbols);
  }
  return true;
}

void InitialSymbols::add_unknown(const Character& character, Pending& pending, std::vector<Symbol>& symbols) const {
  if (options_.unknown_token.empty()) return;
  if (!unknown_) {
    throw InputError(fmt::format("{}: unk_token '{}' is not in the vocabulary, and '{}' is unknown", origin_,
                                 options_.unknown_token, character.text));
  }
  if (pending.any && options_.fuse_unknown) {
    pending.end = character.end;
    return;
  }
  if (pending.any) push(*unknown_, pending.begin, pending.end, symbols);
  pending = {true, character.begin, character.end};
}

}  // namespace llmops::text
