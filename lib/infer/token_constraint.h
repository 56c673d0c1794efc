// Which tokens an answer may go on with: the hook behind which grammars live.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "text/tokenizer.h"

namespace llmops::infer {

/// One request's own, used by one thread at a time. For each token: mask(), then accept() of the chosen one; a
/// preempted request keeps it, so nothing is ever accepted twice or taken back. What it throws fails its request alone.
class TokenConstraint {
 public:
  virtual ~TokenConstraint() = default;

  /// Sets the bits of tokens that may come next. End tokens need none: can_end() speaks for them.
  /// @param bits  (V / 32 rounded up), all zero; token t is bit t % 32 of bits[t / 32]. V is the model's, which may be
  ///              more than the tokenizer's
  virtual void mask(std::span<std::uint32_t> bits) = 0;
  /// @param token  one that mask() allowed, never an end token
  virtual void accept(text::TokenId token) = 0;
  /// Whether the answer may end here.
  virtual bool can_end() const = 0;
  /// As it stands, for guesses of what it will allow next; null where it cannot be copied.
  virtual std::unique_ptr<TokenConstraint> copy() const { return nullptr; }
};

}  // namespace llmops::infer
