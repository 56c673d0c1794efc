// Guesses by a smaller model with the same vocabulary.
#pragma once

#include <vector>

#include "infer/drafted_text.h"
#include "infer/drafter.h"
#include "infer/kv_cache_plan.h"
#include "infer/step_runner.h"

namespace llmops::infer {

/// All sequences guess together, a token a round. Guesses are drawn with the requests' own random numbers and hold
/// where the model then draws the same, so that they change no answer.
/// Source: Leviathan, Kalman and Matias, 2023, but for how guesses are accepted.
class ModelDrafter final : public Drafter {
 public:
  /// @param decoder      outlives this
  /// @param cache        the target's: as many tokens fit into the draft model's
  /// @param step_tokens  of texts read in one round
  ModelDrafter(model::InferenceDecoder& decoder, const model::InferenceDecoder& target, const KvCachePlan& cache,
               std::int64_t step_tokens);

  void draft(std::span<GeneratingSequence* const> sequences, std::size_t most) override;
  const char* kind() const override { return "draft_model"; }
  const DraftSetting* setting() const override { return &setting_; }
  double cache_usage() const override { return 1 - static_cast<double>(blocks_.available()) / blocks_.count(); }

 private:
  bool run_round();  ///< @returns false when there is nothing more to guess
  void fail_all(const std::string& message);

  model::KvStore store_;
  KvBlocks blocks_;
  DraftSetting setting_;
  StepRunner runner_;
  double cost_ = 0;  ///< of running a token, as a share of the target's
  std::int64_t step_tokens_;
  std::vector<DraftedText*> texts_;  ///< of those that guess
  std::vector<StepPiece> pieces_;
};

}  // namespace llmops::infer
