// The objectives by the recipe's name.
#include "train/objective.h"

#include "train/debias_objective.h"
#include "train/distillation_objective.h"
#include "train/groups.h"
#include "train/grpo_objective.h"
#include "train/kto_objective.h"
#include "train/pair_objective.h"
#include "train/reward_objective.h"
#include "train/supervised_objective.h"

namespace llmops::train {

std::unique_ptr<Objective> make_objective(const FinetuneRecipe& recipe, const TrainingData& data,
                                          const Companions& companions, TrainedWeights& weights, std::int64_t steps,
                                          bool validates) {
  const std::vector<Example>& examples = validates ? data.validation : data.train;
  const std::vector<float>& reference = validates ? data.validation_reference : data.train_reference;
  if (recipe.grpo.on()) {
    return std::make_unique<GrpoObjective>(recipe, examples, companions.frozen,
                                           answer_by_engine(recipe, examples, weights, validates), validates);
  }
  if (recipe.distillation.on()) {
    return std::make_unique<DistillationObjective>(recipe, examples, companions.frozen,
                                                   validates ? data.validation_teacher : data.train_teacher);
  }
  if (recipe.debias.on()) {
    return std::make_unique<DebiasObjective>(recipe, examples, *companions.adversary, steps,
                                             commonest_group(data.train));
  }
  if (!recipe.preference.on()) return std::make_unique<SupervisedObjective>(recipe, examples);
  if (recipe.preference.reward_model) return std::make_unique<RewardObjective>(recipe, examples);
  if (recipe.preference.rl == "kto") return std::make_unique<KtoObjective>(recipe, examples, reference);
  return std::make_unique<PairObjective>(recipe, examples, reference);
}

}  // namespace llmops::train
