// Tokenizers: what all kinds share, and text from a stream of tokens.
#include "text/tokenizer.h"

#include "text/utf8.h"

namespace llmops::text {

Tokenizer::~Tokenizer() = default;

std::vector<TokenId> Tokenizer::encode(std::string_view text, bool add_special) const {
  const auto spans = encode_with_spans(text, add_special);
  std::vector<TokenId> ids;
  ids.reserve(spans.size());
  for (const TokenSpan& span : spans) ids.push_back(span.id);
  return ids;
}

std::string StreamDecoder::push(TokenId id) {
  std::string bytes = tokenizer_.token_bytes(id, /*skip_special=*/true);
  if (first_ && !bytes.empty()) {
    first_ = false;
    // Some tokenizers put a space before a text and take it away again when they decode.
    if (bytes[0] == ' ' && !tokenizer_.decode(std::span(&id, 1), true).starts_with(' ')) bytes.erase(0, 1);
  }
  pending_ += bytes;
  const std::size_t keep = utf8_partial_suffix(pending_);
  std::string ready = utf8_repair(std::string_view(pending_).substr(0, pending_.size() - keep));
  pending_.erase(0, pending_.size() - keep);
  return ready;
}

std::string StreamDecoder::finish() {
  std::string rest = utf8_repair(pending_);
  pending_.clear();
  first_ = true;
  return rest;
}

}  // namespace llmops::text
