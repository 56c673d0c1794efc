// One request for an answer on its way through the engine.
#pragma once

#include <chrono>
#include <memory>
#include <set>

#include "infer/answer_stream.h"
#include "infer/draft_pace.h"
#include "infer/drafted_text.h"
#include "infer/engine.h"
#include "infer/step_member.h"
#include "infer/token_chooser.h"

namespace llmops::infer {

/// What all requests of an engine have in common.
struct GenerationSetting : SequenceSetting {
  const text::Tokenizer& tokenizer;
  const std::set<TokenId>& eos_ids;
  bool prefix_cache;
  std::size_t most_drafts;    ///< tokens guessed in a step; 0 is off
  int adapter;                ///< of requests that name none; -1: none
  const DraftSetting* draft;  ///< null without a draft model
};

/// Used by the engine's thread alone once it has been queued, except for take_logits().
class GeneratingSequence final : public StepMember {
 public:
  GeneratingSequence(Engine::RequestId id, GenerateRequest request, GenerateCallbacks callbacks,
                     const GenerationSetting& setting, KvBlocks& blocks, EngineCounts& counts);

  Engine::RequestId id() const { return id_; }
  bool finished() const { return finished_; }

  /// Takes blocks for all tokens so far and the next one, and finds those that are known.
  /// @param spare  blocks to leave for others @returns false, holding none, without room
  bool enter(std::int32_t spare);
  /// Gives its blocks up. What it has chosen stays, and is run again after the next enter().
  void leave();
  /// Whether one token is to be run, and not a part of the prompt.
  bool decodes() const { return known_ > prompt_length_ && static_cast<std::int64_t>(known_) - table().stored() == 1; }

  /// How many tokens of it to guess now, while it decodes. @param cost  as DraftPace::next()
  std::size_t wanted_guesses(std::size_t most, double cost);
  /// Guesses of what comes next, after its tokens. finish_step() takes back those that were wrong.
  void add_guesses(std::span<const TokenId> guesses) { tokens_.insert(tokens_.end(), guesses.begin(), guesses.end()); }
  bool take_back_guesses();                                           ///< @returns whether there were any
  TokenChooser guesser() const { return chooser_.guesser(); }         ///< of what it will choose
  DraftedText* drafted() { return drafted_ ? &*drafted_ : nullptr; }  ///< null without a draft model

  /// The first step that includes this request begins.
  void mark_started();

  std::span<const TokenId> tokens() const override { return tokens_; }
  std::int64_t wanted_from() const override { return static_cast<std::int64_t>(known_) - 1; }
  bool in_order() const override { return true; }
  void take_logits(std::int64_t position, std::span<float> logits) override;
  void finish_step(std::int64_t end) override;
  /// Ends it with on_error.
  void fail(const std::string& message) override;
  /// Ends it where it stands; on_done is told "cancelled".
  void cancel();

 private:
  void accept(const TokenLogprob& choice);
  void give(const AnswerStream::Piece& piece);
  void end_answer();  ///< at an end token
  void finish(const std::string& reason);
  double elapsed() const;  ///< seconds since submission

  Engine::RequestId id_;
  SamplingOptions sampling_;
  GenerateCallbacks callbacks_;
  const GenerationSetting& setting_;
  EngineCounts& counts_;
  std::size_t prompt_length_;
  std::vector<TokenId> tokens_;  ///< prompt, then generated, then guessed
  std::size_t known_;            ///< of tokens_, those that are not guesses
  TokenChooser chooser_;

  // Of the step that runs.
  std::vector<TokenLogprob> chosen_;
  bool choosing_ = true;    ///< until a guess was wrong, or the answer ends
  bool exhausted_ = false;  ///< the constraint allows no token, and the answer may end

  DraftPace pace_;
  std::optional<DraftedText> drafted_;
  AnswerStream answer_;
  GenerateResult result_;
  bool started_ = false;
  bool finished_ = false;
  std::chrono::steady_clock::time_point submitted_;
};

}  // namespace llmops::infer
