// The draft model's side of one request: what it has read, and what it guesses comes next.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "infer/step_member.h"
#include "infer/token_chooser.h"

namespace llmops::infer {

/// What all requests of an engine with a draft model have in common. Of the draft model, if not said otherwise.
struct DraftSetting : SequenceSetting {
  KvBlocks& blocks;  ///< of keys and values
  int vocabulary;    ///< tokens that both models know
};

/// Runs in steps of the draft model. It reads what the request has come to first, a piece a round where that is much,
/// and then a token a round, its own last guess.
class DraftedText final : public StepMember {
 public:
  /// @param tokens   of the request: now its prompt, later generated and guessed ones. Guesses are appended; outlives
  /// this
  /// @param tenant   only texts of one share keys and values; none: none do
  /// @param longest  tokens that the request may come to
  DraftedText(std::vector<TokenId>& tokens, const DraftSetting& setting, const std::optional<std::string>& tenant,
              std::size_t longest);

  /// Gets ready to guess `most` tokens after tokens(). @returns false where the draft model cannot read them
  bool begin(std::size_t most, TokenChooser chooser);
  /// What to run in the next round, of `budget` tokens or fewer; empty when there is nothing more to guess.
  StepPiece next_piece(std::int64_t budget);
  const std::string& error() const { return error_; }  ///< "" for none

  /// Only the first `count` tokens have turned out true: what was read beyond them is read again.
  void keep(std::size_t count) { read_ = std::min(read_, static_cast<std::int64_t>(count)); }
  /// Gives its blocks up.
  void leave();

  std::span<const TokenId> tokens() const override { return tokens_; }
  std::int64_t wanted_from() const override { return static_cast<std::int64_t>(tokens_.size()) - 1; }
  bool in_order() const override { return true; }
  void take_logits(std::int64_t position, std::span<float> logits) override;
  void finish_step(std::int64_t end) override;
  void fail(const std::string& message) override;

 private:
  std::vector<TokenId>& tokens_;
  const DraftSetting& setting_;
  std::int64_t read_ = 0;    ///< tokens, guesses among them, whose keys and values are there
  std::size_t checked_ = 0;  ///< tokens that are in the draft model's vocabulary
  std::string error_;

  // Of the guesses that are being made.
  std::optional<TokenChooser> chooser_;
  std::size_t certain_ = 0;  ///< tokens that are no guesses
  std::size_t left_ = 0;     ///< guesses to be made
  std::optional<TokenId> guess_;
  double chance_ = 1;  ///< that all guesses so far hold, as far as the draft model can tell
};

}  // namespace llmops::infer
