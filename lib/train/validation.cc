#include "train/validation.h"

#include <ATen/core/grad_mode.h>

#include "train/own_batches.h"
#include "train/shared_loss.h"

namespace llmops::train {

std::int64_t validation_tokens(const FinetuneRecipe& recipe) {
  return std::int64_t{recipe.row_tokens()} * (recipe.sample_packing ? recipe.micro_batch_size : 1);
}

Validation validate(const model::Decoder& decoder, Objective& objective, const FinetuneRecipe& recipe,
                    const std::vector<Example>& examples, Workers& workers) {
  const at::NoGradGuard no_grad;
  const std::vector<MicroBatch> batches =
      plan_validation(examples, validation_tokens(recipe), recipe.preference.examples_per_unit());
  objective.begin(decoder, batches, 0, workers);
  Validation validation;
  for_own_batches(examples, batches, workers, [&](const MicroBatch& batch) {
    const ObjectiveLoss share = objective.loss(decoder, batch);
    validation.loss += share.loss.item<double>();
    add_measures(validation.measures, share.measures);
  });
  sum_over_ranks(workers, validation.loss, validation.measures);
  return validation;
}

}  // namespace llmops::train
