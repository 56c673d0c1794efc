// A tokenizer read from tokenizer.json: from text to tokens and back.
#include "text/bpe/bpe_tokenizer.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

// Where bytes [begin, end) of a changed text lie in the input.
Range input_range(const AlignedText* aligned, std::size_t begin, std::size_t end) {
  if (aligned == nullptr) return {begin, end};
  if (begin == end) {  // an added space: nothing of the input
    const std::size_t at = begin < aligned->begin.size() ? aligned->begin[begin]
                           : aligned->end.empty()        ? 0
                                                         : aligned->end.back();
    return {at, at};
  }
  return {aligned->begin[begin], aligned->end[end - 1]};
}

void apply_metaspace(const MetaspaceRule& rule, bool first, AlignedText& text) {
  AlignedText out;
  for (std::size_t i = 0; i < text.text.size(); ++i) {
    if (text.text[i] == ' ') {
      out.append(rule.replacement, text.begin[i], text.end[i]);
    } else {
      out.append_from(text, i, 1);
    }
  }
  const bool wanted =
      rule.prepend == MetaspaceRule::Prepend::kAlways || (rule.prepend == MetaspaceRule::Prepend::kFirst && first);
  if (wanted && !out.text.empty() && !out.text.starts_with(rule.replacement)) prepend(out, rule.replacement);
  text = std::move(out);
}

}  // namespace

struct BpeTokenizer::Scratch {
  std::vector<Word> words;
  std::vector<Symbol> symbols;
  std::string with_space;
};

std::vector<TokenSpan> BpeTokenizer::encode_with_spans(std::string_view text, bool add_special) const {
  if (text.size() >= UINT32_MAX) throw InputError("a text of 4 GiB or more cannot be tokenized in one call");
  std::vector<TokenSpan> out;
  out.reserve(text.size() / 4 + 4);
  Scratch scratch;
  if (add_special) {
    for (const TokenId id : post_processor_.prefix) out.push_back({id, 0, 0});
  }
  for (const TextPart& part : written_.split(text)) {
    if (part.token) {
      out.push_back({*part.token, part.range.begin, part.range.end});
    } else {
      encode_text(text.substr(part.range.begin, part.range.size()), part.range.begin, scratch, out);
    }
  }
  if (add_special) {
    for (const TokenId id : post_processor_.suffix) out.push_back({id, text.size(), text.size()});
  }
  return out;
}

void BpeTokenizer::encode_text(std::string_view text, std::size_t base, Scratch& scratch,
                               std::vector<TokenSpan>& out) const {
  const bool changes = (normalizer_ != nullptr && !normalizer_->leaves(text)) || splitter_.metaspace.has_value();
  if (!changes && normalized_.empty()) return encode_words(text, base, nullptr, scratch, out);
  AlignedText aligned = changes ? AlignedText::identity(text) : AlignedText{};
  if (changes && normalizer_ != nullptr) normalizer_->apply(aligned);
  const std::string_view whole = changes ? std::string_view(aligned.text) : text;
  for (const TextPart& part : normalized_.split(whole)) {
    const AlignedText* map = changes ? &aligned : nullptr;
    if (part.token) {
      const Range range = input_range(map, part.range.begin, part.range.end);
      out.push_back({*part.token, base + range.begin, base + range.end});
    } else if (!changes) {
      encode_words(text.substr(part.range.begin, part.range.size()), base + part.range.begin, nullptr, scratch, out);
    } else {
      AlignedText piece;
      piece.append_from(aligned, part.range.begin, part.range.size());
      if (splitter_.metaspace) apply_metaspace(*splitter_.metaspace, base == 0 && part.range.begin == 0, piece);
      encode_words(piece.text, base, &piece, scratch, out);
    }
  }
}

void BpeTokenizer::encode_words(std::string_view text, std::size_t base, const AlignedText* aligned, Scratch& scratch,
                                std::vector<TokenSpan>& out) const {
  scratch.words.clear();
  splitter_.split(text, scratch.words);
  for (const Word& word : scratch.words) {
    std::string_view bytes = text.substr(word.range.begin, word.range.size());
    if (word.added_space) {
      scratch.with_space.assign(" ").append(bytes);
      bytes = scratch.with_space;
    }
    model_.encode_word(bytes, scratch.symbols);
    const std::size_t added = word.added_space ? 1 : 0;
    for (const Symbol& symbol : scratch.symbols) {
      const std::size_t begin = word.range.begin + (symbol.begin > added ? symbol.begin - added : 0);
      const std::size_t end = word.range.begin + (symbol.end > added ? symbol.end - added : 0);
      const Range range = input_range(aligned, begin, end);
      out.push_back({symbol.id, base + range.begin, base + range.end});
    }
  }
}

std::size_t BpeTokenizer::checked(TokenId id) const {
  if (id < 0 || id >= vocab_size()) {
    throw InputError(fmt::format("token id {} is not in the vocabulary of {} tokens", id, vocab_size()));
  }
  return static_cast<std::size_t>(id);
}

std::string BpeTokenizer::token_bytes(TokenId id, bool skip_special) const {
  const std::size_t at = checked(id);
  return skip_special && special_[at] ? "" : bytes_[at];
}

std::string BpeTokenizer::decode(std::span<const TokenId> ids, bool skip_special) const {
  std::string bytes;
  for (const TokenId id : ids) {
    const std::size_t at = checked(id);
    if (!(skip_special && special_[at])) bytes += bytes_[at];
  }
  std::size_t spaces = 0;
  while (spaces < decoder_.strip_spaces && spaces < bytes.size() && bytes[spaces] == ' ') ++spaces;
  return utf8_repair(std::string_view(bytes).substr(spaces));
}

std::string BpeTokenizer::id_to_token(TokenId id) const {
  checked(id);
  return model_.vocabulary().token(id);
}

bool BpeTokenizer::is_special(TokenId id) const { return special_[checked(id)]; }

}  // namespace llmops::text
