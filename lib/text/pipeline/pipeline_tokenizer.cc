// A tokenizer read from tokenizer.json: from text to tokens and back.
#include "text/pipeline/pipeline_tokenizer.h"

#include <fmt/format.h>

#include "core/error.h"
#include "text/utf8.h"

namespace llmops::text {

struct PipelineTokenizer::Scratch {
  std::vector<Word> words;
  std::vector<Symbol> symbols;
  std::string with_space;
};

/// Where tokens go: with their spans, or alone.
struct PipelineTokenizer::Output {
  std::vector<TokenSpan>* spans = nullptr;  // null where only ids are asked for
  std::vector<TokenId>* ids = nullptr;      // else null

  void add(TokenId id, std::size_t begin, std::size_t end) {
    if (spans != nullptr) {
      spans->push_back({id, begin, end});
    } else {
      ids->push_back(id);
    }
  }
};

std::vector<TokenSpan> PipelineTokenizer::encode_with_spans(std::string_view text, bool add_special) const {
  std::vector<TokenSpan> spans;
  Output out{&spans, nullptr};
  encode_text(text, add_special, out);
  return spans;
}

std::vector<TokenId> PipelineTokenizer::encode(std::string_view text, bool add_special) const {
  std::vector<TokenId> ids;
  Output out{nullptr, &ids};
  encode_text(text, add_special, out);
  return ids;
}

void PipelineTokenizer::encode_text(std::string_view text, bool add_special, Output& out) const {
  if (text.size() >= UINT32_MAX) throw InputError("a text of 4 GiB or more cannot be tokenized in one call");
  Scratch scratch;
  if (add_special) {
    for (const TokenId id : post_processor_.prefix) out.add(id, 0, 0);
  }
  for (const TextPart& part : written_.split(text)) {
    if (part.token) {
      out.add(*part.token, part.range.begin, part.range.end);
    } else {
      encode_part(text.substr(part.range.begin, part.range.size()), part.range.begin, scratch, out);
    }
  }
  if (add_special) {
    for (const TokenId id : post_processor_.suffix) out.add(id, text.size(), text.size());
  }
}

void PipelineTokenizer::encode_part(std::string_view text, std::size_t base, Scratch& scratch, Output& out) const {
  const bool as_it_is = normalizer_ == nullptr || normalizer_->leaves(text);
  if (as_it_is && pre_tokenizer_.splitter() != nullptr) return encode_plain(text, base, scratch, out);
  AlignedText aligned = AlignedText::identity(text, base);
  if (!as_it_is) normalizer_->apply(aligned);
  if (normalized_.empty()) return encode_changed(std::move(aligned), scratch, out);
  for (const TextPart& part : normalized_.split(aligned.text)) {
    if (part.token) {
      const Range range = input_range(aligned, part.range.begin, part.range.end);
      out.add(*part.token, range.begin, range.end);
    } else {
      AlignedText piece;
      piece.append_from(aligned, part.range.begin, part.range.size());
      encode_changed(std::move(piece), scratch, out);
    }
  }
}

void PipelineTokenizer::encode_plain(std::string_view text, std::size_t base, Scratch& scratch, Output& out) const {
  for (const TextPart& part : normalized_.split(text)) {
    const std::size_t begin = base + part.range.begin;
    if (part.token) {
      out.add(*part.token, begin, base + part.range.end);
      continue;
    }
    scratch.words.clear();
    const std::string_view piece = text.substr(part.range.begin, part.range.size());
    pre_tokenizer_.splitter()->split(piece, scratch.words);
    encode_words(
        piece, scratch.words, [begin](std::size_t from, std::size_t to) { return Range{begin + from, begin + to}; },
        scratch, out);
  }
}

void PipelineTokenizer::encode_changed(AlignedText text, Scratch& scratch, Output& out) const {
  const WordedText worded = pre_tokenizer_.apply(std::move(text));
  encode_words(
      worded.text.text, worded.words,
      [&](std::size_t from, std::size_t to) { return input_range(worded.text, from, to); }, scratch, out);
}

template <typename InputRange>
void PipelineTokenizer::encode_words(std::string_view text, const std::vector<Word>& words, InputRange input_range_of,
                                     Scratch& scratch, Output& out) const {
  if (out.ids != nullptr) return model_->append_ids(text, words, *out.ids);
  for (const Word& word : words) {
    std::string_view bytes = text.substr(word.range.begin, word.range.size());
    if (word.added_space) {
      scratch.with_space.assign(" ").append(bytes);
      bytes = scratch.with_space;
    }
    model_->encode_word(bytes, scratch.symbols);
    const std::size_t added = word.added_space ? 1 : 0;
    for (const Symbol& symbol : scratch.symbols) {
      const std::size_t begin = word.range.begin + (symbol.begin > added ? symbol.begin - added : 0);
      const std::size_t end = word.range.begin + (symbol.end > added ? symbol.end - added : 0);
      const Range range = input_range_of(begin, end);
      out.add(symbol.id, range.begin, range.end);
    }
  }
}

std::size_t PipelineTokenizer::checked(TokenId id) const {
  if (id < 0 || id >= vocab_size()) {
    throw InputError(fmt::format("token id {} is not in the vocabulary of {} tokens", id, vocab_size()));
  }
  return static_cast<std::size_t>(id);
}

std::string PipelineTokenizer::token_bytes(TokenId id, bool skip_special) const {
  const std::size_t at = checked(id);
  return skip_special && special_[at] ? "" : bytes_[at];
}

std::string PipelineTokenizer::decode(std::span<const TokenId> ids, bool skip_special) const {
  std::string bytes;
  std::vector<std::string> tokens;
  for (const TokenId id : ids) {
    const std::size_t at = checked(id);
    if ((skip_special && special_[at]) || !vocabulary().has(id)) continue;
    if (decoder_.joins()) {
      bytes += bytes_[at];
    } else {
      const auto changed = decoded_as_.find(id);
      tokens.push_back(changed == decoded_as_.end() ? vocabulary().token(id) : changed->second);
    }
  }
  return utf8_repair(decoder_.joins() ? bytes : decoder_.decode(std::move(tokens)));
}

std::string PipelineTokenizer::id_to_token(TokenId id) const {
  checked(id);
  return vocabulary().token(id);
}

bool PipelineTokenizer::is_special(TokenId id) const { return special_[checked(id)]; }

}  // namespace llmops::text
