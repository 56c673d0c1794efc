// Log-probabilities of whole answers.
#pragma once

#include <functional>

#include "train/batch.h"
#include "train/preference_loss.h"
#include "train/workers.h"

namespace llmops::train {

/// Of each example of the batch, in its order. @param reference  by example; empty: none
AnswerScores answer_scores(const model::Decoder& decoder, const std::vector<Example>& examples,
                           const MicroBatch& chosen, const std::vector<float>& reference, bool checkpointing);

/// Every second one, from the first or from the second on: of batches whose units are pairs.
AnswerScores half_of(const AnswerScores& scores, int first);

/// The sums alone, of all examples, without gradients: what a model was before training. Divided among the ranks of a
/// job, which all get them all. @param on_tokens  called with how many more this rank has done @throws Interrupted
std::vector<float> answer_log_probs(const model::Decoder& decoder, const FinetuneRecipe& recipe,
                                    const std::vector<Example>& examples, Workers& workers,
                                    const std::function<void(std::int64_t)>& on_tokens);

}  // namespace llmops::train
