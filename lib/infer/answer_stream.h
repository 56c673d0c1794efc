// From the tokens of an answer to its text: what may be given out, and when.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "infer/engine.h"
#include "infer/stop_matcher.h"

namespace llmops::infer {

class AnswerStream {
 public:
  AnswerStream(const text::Tokenizer& tokenizer, std::vector<std::string> stops)
      : stream_(tokenizer), stops_(std::move(stops)) {}

  /// Text that is free, and the tokens it is made of.
  struct Piece {
    std::string text;
    std::vector<TokenLogprob> tokens;
  };
  /// @param last  no more will come
  Piece push(const TokenLogprob& token, bool last);
  /// What was held back, at an end token.
  Piece finish();
  /// A stop text came: the pieces so far are the whole answer.
  bool stopped() const { return stops_.matched(); }

 private:
  /// A token whose text has not been given out; its bytes are counted from the begin of the answer.
  struct HeldToken {
    TokenLogprob token;
    std::size_t begin;
    std::size_t end;  ///< kUnknown until its character is whole
  };
  static constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);

  void hold(const TokenLogprob& token, std::size_t bytes);
  Piece give(std::string text, bool all);

  text::StreamDecoder stream_;
  StopMatcher stops_;
  std::deque<HeldToken> held_;
  std::size_t made_ = 0;   ///< bytes of text, with those held back
  std::size_t given_ = 0;  ///< bytes
};

}  // namespace llmops::infer
