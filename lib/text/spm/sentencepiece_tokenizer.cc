// A tokenizer read from a SentencePiece model file, as transformers' LlamaTokenizer uses it.
#include "text/spm/sentencepiece_tokenizer.h"

#include <fmt/format.h>
#include <sentencepiece_processor.h>

#include "core/error.h"
#include "core/hash.h"
#include "text/bpe/added_tokens.h"
#include "text/bpe/token_decoder.h"
#include "text/bpe/vocabulary.h"
#include "text/spm/model_file.h"
#include "text/utf8.h"

namespace llmops::text {
namespace {

constexpr const char* kSpace = "\u2581";  // how pieces write a space

class SentencePieceTokenizer : public Tokenizer {
 public:
  SentencePieceTokenizer(const std::string& model, const SpecialTokens& special, const std::string& origin) {
    check_model_file(model, origin);
    const bool legacy = special.legacy.value_or(true);
    const auto status = processor_.LoadFromSerializedProto(legacy ? model : without_dummy_prefix(model));
    if (!status.ok()) {
      throw InputError(fmt::format("{}: not a SentencePiece model: {}", origin, status.error_message()));
    }
    prefix_once_ = !legacy && special.add_prefix_space;
    read_pieces();
    add_tokens(special, origin);
    add_bos_ = special.add_bos.value_or(bos_.has_value());
    add_eos_ = special.add_eos.value_or(false);
    if (add_bos_ && !bos_) throw InputError(origin + ": add_bos_token is true, but there is no bos_token");
    if (add_eos_ && !eos_) throw InputError(origin + ": add_eos_token is true, but there is no eos_token");
    const auto probe = processor_.EncodeAsPieces("a");
    strip_space_ = prefix_once_ || (!probe.empty() && probe[0].starts_with(kSpace));
    fingerprint_ = compute_fingerprint(model, legacy);
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
    std::string bytes;
    for (const TokenId id : ids) {
      const std::size_t at = checked(id);
      if (!(skip_special && special_[at])) bytes += bytes_[at];
    }
    return utf8_repair(std::string_view(bytes).substr(strip_space_ && bytes.starts_with(' ') ? 1 : 0));
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
  void read_pieces() {
    const int size = processor_.GetPieceSize();
    for (TokenId id = 0; id < size; ++id) {
      const std::string& piece = processor_.IdToPiece(id);
      vocabulary_.add(piece, id);
      special_.push_back(processor_.IsControl(id) || processor_.IsUnknown(id));
      TokenDecoder decoder;
      decoder.byte_fallback = processor_.IsByte(id);
      decoder.replacements = {{kSpace, " "}};
      bytes_.push_back(decoder.bytes_of(piece));
      if (special_.back()) add_written(id, piece, true);
    }
  }

  void add_written(TokenId id, const std::string& content, bool special) {
    AddedToken token;
    token.id = id;
    token.content = content;
    token.special = special;
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
      bytes_[static_cast<std::size_t>(token.id)] = token.content;
      written_.add(token, token.content);
    }
    const auto resolve = [&](const std::string& text, std::optional<std::int64_t> id, int of_model) {
      auto found = text.empty() ? std::nullopt : vocabulary_.find(text);
      if (!found && !id && of_model >= 0) id = of_model;
      if (!found && id && *id >= 0 && *id < vocab_size()) found = static_cast<TokenId>(*id);
      if (found) {
        special_[static_cast<std::size_t>(*found)] = true;
        if (!text.empty()) add_written(*found, text, true);
      }
      return found;
    };
    bos_ = resolve(special.bos, special.bos_id, processor_.bos_id());
    eos_ = resolve(special.eos, special.eos_id, processor_.eos_id());
  }

  void encode_part(std::string_view part, std::size_t base, std::vector<TokenSpan>& out) const {
    // Without "legacy" one space goes before the whole text, not before each part.
    std::string with_space;
    const std::size_t added = prefix_once_ && base == 0 ? 1 : 0;
    if (added != 0) part = with_space = " " + std::string(part);
    const auto encoded = processor_.EncodeAsImmutableProto({part.data(), part.size()});
    for (std::size_t i = 0; i < encoded.pieces_size(); ++i) {
      const auto piece = encoded.pieces(static_cast<int>(i));
      const std::size_t begin = std::max<std::size_t>(piece.begin(), added) - added;
      const std::size_t end = std::max<std::size_t>(piece.end(), added) - added;
      append_piece(static_cast<TokenId>(piece.id()), base + begin, base + end, out);
    }
  }

  // A character written as several byte pieces comes with its whole span at the last of them: each gets its own byte.
  void append_piece(TokenId id, std::size_t begin, std::size_t end, std::vector<TokenSpan>& out) const {
    out.push_back({id, begin, end});
    if (!processor_.IsByte(id) || end - begin < 2) return;
    std::size_t at = out.size();
    for (std::size_t byte = end; byte > begin && at > 0 && processor_.GetPieceSize() > out[at - 1].id; --byte) {
      TokenSpan& span = out[at - 1];
      if (!processor_.IsByte(span.id) || (at < out.size() && span.begin != span.end)) break;
      span.begin = byte - 1;
      span.end = byte;
      --at;
    }
  }

  std::size_t checked(TokenId id) const {
    if (id < 0 || id >= vocab_size()) {
      throw InputError(fmt::format("token id {} is not in the vocabulary of {} tokens", id, vocab_size()));
    }
    return static_cast<std::size_t>(id);
  }

  std::string compute_fingerprint(const std::string& model, bool legacy) const {
    Sha256 hash;
    hash.update(model);
    hash.update(fmt::format("legacy {} prefix {} bos {} {} eos {} {}", legacy, prefix_once_, bos_.value_or(-1),
                            add_bos_, eos_.value_or(-1), add_eos_));
    for (TokenId id = processor_.GetPieceSize(); id < vocab_size(); ++id) {
      hash.update(fmt::format("\n{} {}", id, vocabulary_.token(id)));
    }
    return hash.hex();
  }

  sentencepiece::SentencePieceProcessor processor_;
  Vocabulary vocabulary_;
  AddedTokenFinder written_;
  std::vector<bool> special_;
  std::vector<std::string> bytes_;
  std::optional<TokenId> bos_;
  std::optional<TokenId> eos_;
  bool add_bos_ = false;
  bool add_eos_ = false;
  bool prefix_once_ = false;
  bool strip_space_ = false;
  std::string fingerprint_;
};

}  // namespace

std::unique_ptr<Tokenizer> make_sentencepiece_tokenizer(const std::string& model, const SpecialTokens& special,
                                                        const std::string& origin) {
  return std::make_unique<SentencePieceTokenizer>(model, special, origin);
}

}  // namespace llmops::text
