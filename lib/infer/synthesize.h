// `llmops annotate synthesize`: records that a model writes, and that pass the rules.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "core/progress.h"
#include "data/annotate/synthesis.h"
#include "infer/engine.h"

namespace llmops::infer {

struct SynthesizeOptions {
  std::size_t count = 100;        ///< records wanted
  std::size_t most_attempts = 0;  ///< 0: ten for each record
  std::uint64_t seed = 0;
  std::size_t batch = 16;  ///< attempts under way together; changes no record
  std::string model;       ///< as the records name it
  std::string validator;   ///< command that has the last word; "" for none
};

struct SynthesisReport {
  std::size_t wanted = 0, accepted = 0, attempts = 0;
  std::map<std::string, std::size_t> rejected;  ///< by rule; accepted + all of these = attempts
  std::size_t tokens = 0;                       ///< generated
  double seconds = 0;
  std::string prompt_sha256;

  Json json() const;
  std::string text() const;
};

/// Attempts go on until there are `count` records or no attempts are left. The records are the same for the same
/// recipe, model and seed, whatever the batch: each is sampled with a seed of its own.
/// @param on_record  {"id", ..., "synthesis": {"seed", "attempt", "prompt_sha256", "model", "variables"}}
/// @param on_reject  {"rule", "text", "synthesis"}; may be empty
/// @throws InputError, NotFoundError (the validator), Interrupted
SynthesisReport synthesize(Engine& engine, const data::SynthesisRecipe& recipe, const SynthesizeOptions& options,
                           const std::function<void(const Json&)>& on_record,
                           const std::function<void(const Json&)>& on_reject, Progress& progress);

}  // namespace llmops::infer
