#include "train/reward_objective.h"

#include <ATen/CPUGeneratorImpl.h>
#include <fmt/format.h>

#include "core/error.h"
#include "model/reward_config.h"
#include "train/batch.h"
#include "train/random.h"

namespace llmops::train {

at::Tensor reward_losses(const at::Tensor& chosen, const at::Tensor& rejected, const at::Tensor& margins,
                         double center_rewards_coefficient) {
  const at::Tensor losses = -at::log_sigmoid(chosen - rejected - margins);
  if (center_rewards_coefficient == 0) return losses;
  return losses + center_rewards_coefficient * at::square(chosen + rejected);
}

at::Tensor rewards_of(const model::Decoder& decoder, const std::vector<Example>& examples, const MicroBatch& chosen,
                      bool checkpointing) {
  const Batch batch = make_batch(examples, chosen);
  std::vector<std::int64_t> scored;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const std::size_t within = model::scored_token(decoder.config(), examples[chosen[i]].tokens);
    scored.push_back(batch.segments[i].begin + static_cast<std::int64_t>(within));
  }
  const at::Tensor hidden = decoder.hidden(batch.tokens, batch.segments, checkpointing);  // (N, C)
  const at::Tensor rows = at::tensor(at::ArrayRef<std::int64_t>(scored), at::TensorOptions(at::kLong));
  // In float32 whatever the layers compute in: rewards of a pair may lie closer than bfloat16 can tell.
  return decoder.logits(hidden.index_select(0, rows.to(hidden.device())).to(at::kFloat)).view(-1).cpu();
}

void RewardObjective::begin(const model::Decoder&, std::span<const MicroBatch> window, std::int64_t, Workers&) {
  pairs_ = 0;
  for (const MicroBatch& batch : window) pairs_ += static_cast<double>(batch.size()) / 2;
}

ObjectiveLoss RewardObjective::loss(const model::Decoder& decoder, const MicroBatch& batch) {
  const at::Tensor rewards =
      rewards_of(decoder, examples_, batch, recipe_.gradient_checkpointing).view({-1, 2});  // (P, 2)
  std::vector<float> margins;
  for (std::size_t i = 0; i < batch.size(); i += 2) margins.push_back(static_cast<float>(examples_[batch[i]].margin));
  const at::Tensor chosen = rewards.select(1, 0), rejected = rewards.select(1, 1);
  const at::Tensor losses =
      reward_losses(chosen, rejected, at::tensor(at::ArrayRef<float>(margins), at::TensorOptions(at::kFloat)),
                    recipe_.preference.center_rewards_coefficient);

  const at::Tensor found = rewards.detach(), apart = (chosen - rejected).detach();
  const double share = static_cast<double>(batch.size()) / 2 / pairs_;
  const auto mean = [&](const at::Tensor& values) { return values.to(at::kDouble).mean().item<double>() * share; };
  return {losses.sum(at::kDouble) / pairs_,
          {{"accuracy", mean(apart > 0)},
           {"margin", mean(apart)},
           {"mean_reward", mean(found)},
           // Of a micro batch, averaged, as TRL has them: extremes of a window could not be added up.
           {"min_reward", mean(found.min())},
           {"max_reward", mean(found.max())}}};
}

void prepare_head(const FinetuneRecipe& recipe, model::Decoder& decoder) {
  const model::ModelConfig& config = decoder.config();
  if (!recipe.preference.reward_model || config.labels > 0) return;
  const double deviation = json_get_or(config.raw, "initializer_range", 0.02, "config.json");
  const at::Generator random = at::detail::createCPUGenerator(Random({recipe.seed, kScoreHeadStream}).next());
  decoder.make_reward_model(at::empty({1, config.hidden_size}, at::kFloat).normal_(0, deviation, random));
}

void check_head(const FinetuneRecipe& recipe, const model::Decoder& decoder) {
  if (recipe.preference.reward_model || decoder.config().labels == 0) return;
  const std::string& made_by = recipe.lora_model_dir.empty() ? recipe.base_model : recipe.lora_model_dir;
  throw InputError(fmt::format("'{}' is a reward model, which writes no text to learn", made_by),
                   "start from a language model, or say 'reward_model: true'");
}

}  // namespace llmops::train
