// What each step of the engine does: whose turn it is, and who gets blocks of the KV cache.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "infer/drafter.h"
#include "infer/generating_sequence.h"
#include "infer/score_run.h"

namespace llmops::infer {

struct SchedulerLimits {
  std::size_t max_batch = 16;      ///< sequences that generate
  std::int64_t step_tokens = 512;  ///< run in one step, beyond a token for each sequence that generates
};

/// Requests are served in the order they came. A step has a token for each one that generates (and its guesses), then
/// pieces of prompts, then sequences to score with what is left. Where blocks run out, scoring gives its own back
/// first, then the request that came last: it waits, and runs its tokens again later, with the same answer.
///
/// Every request must fit into all blocks by itself. Used by the engine's thread alone.
class Scheduler {
 public:
  /// @param drafter  null: nothing is guessed
  Scheduler(KvBlocks& blocks, SchedulerLimits limits, EngineCounts& counts, Drafter* drafter)
      : blocks_(blocks), limits_(limits), counts_(counts), drafter_(drafter) {}

  void add(std::unique_ptr<GeneratingSequence> sequence) { waiting_.push_back(std::move(sequence)); }
  void add(std::unique_ptr<ScoreRun> run) { scoring_.push_back(std::move(run)); }
  bool has_work() const { return !running_.empty() || !waiting_.empty() || !scoring_.empty(); }
  std::size_t running() const { return running_.size(); }
  std::size_t waiting() const { return waiting_.size(); }

  void cancel(const std::set<Engine::RequestId>& ids);
  /// The pieces of the next step; valid until the next call.
  std::span<const StepPiece> plan();
  /// After a step: forgets what has ended.
  void sweep();
  /// Fails all that runs, for an error that nobody in particular is to blame for.
  void fail_all(const std::string& message);
  /// Ends everything as cancelled.
  void close();

 private:
  void admit();
  bool make_room(std::size_t index);
  void preempt_last();
  bool take_from_scoring() { return !scoring_.empty() && scoring_.front()->give_back(); }
  void guess();
  void plan_decodes(std::int64_t& budget);
  void plan_prompts(std::int64_t& budget);

  KvBlocks& blocks_;
  SchedulerLimits limits_;
  EngineCounts& counts_;
  Drafter* drafter_;
  std::deque<std::unique_ptr<GeneratingSequence>> waiting_;
  std::vector<std::unique_ptr<GeneratingSequence>> running_;  ///< all came before those that wait
  std::deque<std::unique_ptr<ScoreRun>> scoring_;             ///< the first of them runs
  std::vector<GeneratingSequence*> decoding_;
  std::vector<StepPiece> pieces_;
};

}  // namespace llmops::infer
