// What a model does on data it does not learn from.
#pragma once

#include "train/objective.h"

namespace llmops::train {

struct Validation {
  double loss = 0;  ///< the objective's mean
  Measures measures;
};

/// Without gradients, divided among the ranks of a job: all get the loss, rank 0 the measures too.
/// @param objective  made for `examples` @throws Interrupted
Validation validate(const model::Decoder& decoder, Objective& objective, const FinetuneRecipe& recipe,
                    const std::vector<Example>& examples, Workers& workers);

/// Tokens of one forward without gradients.
std::int64_t validation_tokens(const FinetuneRecipe& recipe);

}  // namespace llmops::train
