// A tokenizer made of a SentencePiece model, as the SentencePiece library uses it.
#include "text/spm/sentencepiece_tokenizer.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"
#include "text/bpe/vocabulary.h"
#include "text/pipeline/added_tokens.h"
#include "text/pipeline/token_decoder.h"
#include "text/spm/sentencepiece_model.h"
#include "text/spm/sentencepiece_normalizer.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

using Kind = SentencePieceData::Kind;

std::string with_spaces(std::string text) {
  for (std::size_t at = 0; (at = text.find(kSpaceSymbol, at)) != std::string::npos; ++at) {
    text.replace(at, kSpaceSymbol.size(), " ");
  }
  return text;
}

class SentencePieceTokenizer : public Tokenizer {
 public:
  SentencePieceTokenizer(SentencePieceData data, const SpecialTokens& special, const std::string& origin)
      : model_(std::move(data)), normalizer_(model_.data(), model_.user_defined(), origin) {
    // Without "legacy" one space goes before the whole text, not before each part.
    const bool legacy = special.legacy.value_or(true);
    prefix_first_ = legacy ? model_.data().add_dummy_prefix : special.add_prefix_space;
    prefix_each_ = legacy && prefix_first_;
    read_pieces();
    add_tokens(special, origin);
    add_bos_ = special.add_bos.value_or(bos_.has_value());
    add_eos_ = special.add_eos.value_or(false);
    if (add_bos_ && !bos_) throw InputError(origin + ": add_bos_token is true, but there is no bos_token");
    if (add_eos_ && !eos_) throw InputError(origin + ": add_eos_token is true, but there is no eos_token");
    fingerprint_ = compute_fingerprint();
  }

  std::vector<TokenSpan> encode_with_spans(std::string_view text, bool add_special) const override {
    if (text.size() >= INT32_MAX) throw InputError("a text of 2 GiB or more cannot be tokenized in one call");
    std::vector<TokenSpan> out;
    if (add_special && add_bos_) out.push_back({*bos_, 0, 0});
    for (const TextPart& part : written_.split(text)) {
      if (part.token) {
        out.push_back({*part.token, part.range.begin, part.range.end});
      } else {
        encode_part(text.substr(part.range.begin, part.range.size()), part.range.begin, out);
      }
    }
    if (add_special && add_eos_) out.push_back({*eos_, text.size(), text.size()});
    return out;
  }

  std::string token_bytes(TokenId id, bool skip_special) const override {
    const std::size_t at = checked(id);
    return skip_special && special_[at] ? "" : bytes_[at];
  }

  std::string decode(std::span<const TokenId> ids, bool skip_special) const override {
    std::string text;
    std::string run;  // of byte pieces
    bool started = false;
    for (const TokenId id : ids) {
      const std::size_t at = checked(id);
      if (is_byte(id)) {
        run += bytes_[at];
        continue;
      }
      append_bytes(run, text);
      std::string bytes = skip_special && special_[at] ? "" : bytes_[at];
      started = started || !text.empty();
      if (!started && strips_space() && vocabulary_.token(id).starts_with(kSpaceSymbol)) {
        bytes.erase(0, 1);
        started = !model_.data().remove_extra_spaces;
      }
      text += bytes;
    }
    append_bytes(run, text);
    return utf8_repair(text);
  }

  int vocab_size() const override { return vocabulary_.size(); }
  std::optional<TokenId> token_to_id(std::string_view token) const override { return vocabulary_.find(token); }
  std::string id_to_token(TokenId id) const override {
    checked(id);
    return vocabulary_.token(id);
  }
  bool is_special(TokenId id) const override { return special_[checked(id)]; }
  std::optional<TokenId> bos_id() const override { return bos_; }
  std::optional<TokenId> eos_id() const override { return eos_; }
  std::string fingerprint() const override { return fingerprint_; }

 private:
  bool is_byte(TokenId id) const {
    return static_cast<std::size_t>(id) < model_.data().pieces.size() && model_.kind(id) == Kind::kByte;
  }
  bool strips_space() const { return prefix_first_ || model_.data().remove_extra_spaces; }

  void read_pieces() {
    for (const SentencePieceData::Piece& piece : model_.data().pieces) {
      const auto id = static_cast<TokenId>(special_.size());
      vocabulary_.add(piece.text, id);
      special_.push_back(piece.kind == Kind::kControl || piece.kind == Kind::kUnknown);
      const int byte = piece.kind == Kind::kByte ? byte_of_token(piece.text) : -1;
      bytes_.push_back(byte >= 0                      ? std::string(1, static_cast<char>(byte))
                       : piece.kind == Kind::kUnknown ? model_.data().unk_surface
                       : piece.kind == Kind::kControl ? piece.text
                                                      : with_spaces(piece.text));
      if (special_.back()) add_written(id, piece.text);
    }
  }

  void add_written(TokenId id, const std::string& content) {
    AddedToken token;
    token.id = id;
    token.content = content;
    token.special = true;
    written_.add(token, content);
  }

  // Tokens that the configuration adds behind those of the model, and the special ones it names.
  void add_tokens(const SpecialTokens& special, const std::string& origin) {
    for (const AddedToken& token : special.added) {
      if (const auto known = vocabulary_.find(token.content); !known || *known != token.id) {
        if (known || !vocabulary_.add(token.content, token.id)) {
          throw InputError(fmt::format("{}: added token '{}' with id {} does not fit the vocabulary of {}",
                                       special.origin, token.content, token.id, origin));
        }
      }
      special_.resize(static_cast<std::size_t>(vocabulary_.size()));
      bytes_.resize(special_.size());
      special_[static_cast<std::size_t>(token.id)] = token.special;
      if (static_cast<std::size_t>(token.id) >= model_.data().pieces.size()) {
        bytes_[static_cast<std::size_t>(token.id)] = token.content;
      }
      written_.add(token, token.content);
    }
    const auto resolve = [&](const std::string& text, std::optional<std::int64_t> id, int of_model) {
      auto found = text.empty() ? std::nullopt : vocabulary_.find(text);
      if (!found && !id && of_model >= 0) id = of_model;
      if (!found && id && *id >= 0 && *id < vocab_size()) found = static_cast<TokenId>(*id);
      if (found) {
        special_[static_cast<std::size_t>(*found)] = true;
        if (!text.empty()) add_written(*found, text);
      }
      return found;
    };
    bos_ = resolve(special.bos, special.bos_id, model_.data().bos_id);
    eos_ = resolve(special.eos, special.eos_id, model_.data().eos_id);
  }

  void encode_part(std::string_view part, std::size_t base, std::vector<TokenSpan>& out) const {
    const AlignedText text = normalizer_.apply(part, base, base == 0 ? prefix_first_ : prefix_each_);
    for (const Symbol& symbol : model_.encode(text.text)) {
      Range range = input_range(text, symbol.begin, symbol.end);
      // A character written as several bytes: each has its own.
      const std::size_t first = symbol.begin - std::min<std::size_t>(symbol.begin, 3);
      if (is_byte(symbol.id) && range.size() > 1 && range.size() <= 4) {
        std::size_t begin = symbol.begin;
        const auto same = [&](std::size_t i) {
          return text.begin[i] == text.begin[symbol.begin] && text.end[i] == text.end[symbol.begin];
        };
        while (begin > first && same(begin - 1)) --begin;
        range.begin = std::min(range.begin + symbol.begin - begin, range.end - 1);
        range.end = range.begin + 1;
      }
      out.push_back({symbol.id, range.begin, range.end});
    }
  }

  // As the reference does: what is not UTF-8 gives a U+FFFD for each byte.
  static void append_bytes(std::string& run, std::string& text) {
    for (std::size_t at = 0; at < run.size();) {
      const Utf8Step step = utf8_step(run, at);
      if (step.valid) text.append(run, at, step.length);
      for (std::size_t i = 0; !step.valid && i < step.length; ++i) text += "\uFFFD";
      at += step.length;
    }
    run.clear();
  }

  std::size_t checked(TokenId id) const {
    if (id < 0 || id >= vocab_size()) {
      throw InputError(fmt::format("token id {} is not in the vocabulary of {} tokens", id, vocab_size()));
    }
    return static_cast<std::size_t>(id);
  }

  std::string compute_fingerprint() const {
    Sha256 hash;
    const SentencePieceData& data = model_.data();
    for (const SentencePieceData::Piece& piece : data.pieces) {
      hash.update(fmt::format("{} {} {}\n", piece.text, piece.score, static_cast<int>(piece.kind)));
    }
    hash.update(fmt::format("{} {} {} {} {} {} {}\n", static_cast<int>(data.algorithm), data.byte_fallback,
                            data.space_as_suffix, data.add_dummy_prefix, data.remove_extra_spaces, data.escape_spaces,
                            data.charsmap.size()));
    hash.update(data.charsmap);
    hash.update(fmt::format("prefix {} {} bos {} {} eos {} {}", prefix_first_, prefix_each_, bos_.value_or(-1),
                            add_bos_, eos_.value_or(-1), add_eos_));
    for (auto id = static_cast<TokenId>(data.pieces.size()); id < vocab_size(); ++id) {
      hash.update(fmt::format("\n{} {}", id, vocabulary_.token(id)));
    }
    return hash.hex();
  }

  SentencePieceModel model_;
  SentencePieceNormalizer normalizer_;
  Vocabulary vocabulary_;
  AddedTokenFinder written_;
  std::vector<bool> special_;
  std::vector<std::string> bytes_;  // by id
  std::optional<TokenId> bos_;
  std::optional<TokenId> eos_;
  bool add_bos_ = false;
  bool add_eos_ = false;
  bool prefix_first_ = true;  // a space before the text
  bool prefix_each_ = true;   // and behind each special token
  std::string fingerprint_;
};

}  // namespace

std::unique_ptr<Tokenizer> make_sentencepiece_tokenizer(SentencePieceData data, const SpecialTokens& special,
                                                        const std::string& origin) {
  return std::make_unique<SentencePieceTokenizer>(std::move(data), special, origin);
}

}  // namespace llmops::text
