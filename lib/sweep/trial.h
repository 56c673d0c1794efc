// One trial of a sweep: what it is to do, and what became of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/json.h"
#include "sweep/parameter.h"
#include "sweep/ranking.h"

namespace llmops::sweep {

/// A stretch of training of one trial.
struct TrialPlan {
  int trial = 0;  ///< from 0
  int rung = 0;   ///< from 0; above it the trial goes on from its own checkpoint
  int steps = 0;  ///< up to this step; 0: as the recipe says
  Point point;
};

/// What became of it, as a line of the journal keeps it.
struct TrialRecord {
  int trial = 0, rung = 0, steps = 0;
  std::string status;  ///< "finished", "failed", or "interrupted", which is gone on with
  Json params;         ///< as point_json()
  Json report;         ///< of `finetune-lora --json`; null unless finished
  std::string error;   ///< why it failed
  double seconds = 0;  ///< it took, from outside

  bool done() const { return status != "interrupted"; }
  Json json() const;
};
/// @throws InputError
TrialRecord parse_trial_record(const Json& json, const std::string& origin);

/// Shows how far a trial is.
using Say = std::function<void(const std::string& note)>;

/// Trains. A trial that fails is told in the record, not thrown.
/// @throws Interrupted  after a checkpoint was saved
using TrialRunner = std::function<TrialRecord(const TrialPlan& plan, const Say& say)>;

}  // namespace llmops::sweep
