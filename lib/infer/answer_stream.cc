#include "infer/answer_stream.h"

#include <algorithm>

namespace llmops::infer {

void AnswerStream::hold(const TokenLogprob& token, std::size_t bytes) {
  held_.push_back({token, made_, kUnknown});
  if (bytes == 0) return;
  made_ += bytes;
  for (HeldToken& held : held_) held.end = std::min(held.end, made_);
}

AnswerStream::Piece AnswerStream::give(std::string text, bool all) {
  Piece piece{std::move(text), {}};
  given_ += piece.text.size();
  // After a stop text, a token that begins before it stays, and those of it alone go.
  while (!held_.empty() && (stops_.matched() ? held_.front().begin < given_ : all || held_.front().end <= given_)) {
    piece.tokens.push_back(std::move(held_.front().token));
    held_.pop_front();
  }
  return piece;
}

AnswerStream::Piece AnswerStream::push(const TokenLogprob& token, bool last) {
  std::string made = stream_.push(token.id);
  if (last) made += stream_.finish();
  hold(token, made.size());
  std::string text = stops_.push(made);
  if (last) text += stops_.finish();
  return give(std::move(text), last);
}

AnswerStream::Piece AnswerStream::finish() {
  std::string rest = stops_.push(stream_.finish());
  rest += stops_.finish();
  return give(std::move(rest), /*all=*/true);
}

}  // namespace llmops::infer
