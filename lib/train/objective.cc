// The objectives by the recipe's name.
#include "train/objective.h"

#include "train/distillation_objective.h"
#include "train/grpo_objective.h"
#include "train/kto_objective.h"
#include "train/pair_objective.h"
#include "train/supervised_objective.h"

namespace llmops::train {

std::unique_ptr<Objective> make_objective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                                          const std::vector<float>& reference, const model::Decoder* frozen,
                                          TrainedWeights& weights, bool validates) {
  if (recipe.grpo.on()) {
    return std::make_unique<GrpoObjective>(recipe, examples, frozen,
                                           answer_by_engine(recipe, examples, weights, validates), validates);
  }
  if (recipe.distillation.on()) return std::make_unique<DistillationObjective>(recipe, examples, *frozen);
  if (!recipe.preference.on()) return std::make_unique<SupervisedObjective>(recipe, examples);
  if (recipe.preference.rl == "kto") return std::make_unique<KtoObjective>(recipe, examples, reference);
  return std::make_unique<PairObjective>(recipe, examples, reference);
}

}  // namespace llmops::train
