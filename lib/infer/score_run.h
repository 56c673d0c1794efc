// A call to score on its way through the engine's steps.
#pragma once

#include <memory>
#include <vector>

#include "infer/score_call.h"
#include "infer/score_plan.h"
#include "infer/step_member.h"
#include "model/inference/inference_decoder.h"

namespace llmops::infer {

class ScoredSequence;

/// Sequences run in the order of the plan, as many at once as a step has room for; one that shares its beginning waits
/// for the donor's rows, and takes over its blocks. Used by the engine's thread alone, but may be made elsewhere.
class ScoreRun {
 public:
  ScoreRun(std::shared_ptr<ScoreCall> call, KvBlocks& blocks, model::KvStore& store, const model::ModelConfig& config,
           int adapter);
  ~ScoreRun();

  /// Adds pieces of `budget` tokens or fewer to a step.
  void plan(std::int64_t budget, std::vector<StepPiece>& pieces);
  /// After a step: delivers what is done. @returns whether the call has ended
  bool sweep();
  /// Lets go of some blocks, which others need more; they are filled again later. @returns false when it holds none
  bool give_back();
  /// Ends the call, for the caller to see that the engine was closed, or with an error.
  void abandon(std::exception_ptr error = nullptr);

 private:
  enum class State : char { kWaiting, kRunning, kDone };

  std::size_t rows(std::size_t step) const { return call_->sequences()[plan_[step].sequence].size() - 1; }
  bool ready(std::size_t step) const;
  bool admit(std::size_t step);
  bool fork(std::size_t step, ScoredSequence& member);
  bool give_back_donors();
  void add_piece(ScoredSequence& member, std::int64_t& budget, std::vector<StepPiece>& pieces) const;
  void deliver(std::size_t step, const ScoredSequence& scored);
  void leave_donor(std::size_t step);
  void copy_block(KvBlocks::Block from, KvBlocks::Block to) const;

  std::shared_ptr<ScoreCall> call_;
  KvBlocks& blocks_;
  model::KvStore& store_;
  int layers_;
  int adapter_;
  std::vector<ScorePlanStep> plan_;
  std::vector<State> states_;                             ///< of each step of the plan
  std::vector<std::unique_ptr<ScoredSequence>> members_;  ///< likewise; kept while others wait for its rows
  std::vector<std::size_t> running_;                      ///< steps
  std::size_t next_ = 0;                                  ///< first step that waits
  bool ended_ = false;
};

}  // namespace llmops::infer
