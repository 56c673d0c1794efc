// The model's own answers to prompts, and what they are worth. Free of libtorch.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "train/epoch_plan.h"
#include "train/measures.h"
#include "train/rewards.h"

namespace llmops::train {

/// Answers to some prompts, one prompt after another.
struct Rollouts {
  std::vector<std::uint32_t> prompts;  ///< places of the examples that they answer
  int answers_each = 1;
  std::vector<Example> examples;   ///< prompt and answer, the answer supervised; answers_each to a prompt
  std::vector<double> rewards;     ///< of each
  std::vector<double> advantages;  ///< of each, over the others to its prompt
  Measures measures;               ///< over all, under TRL's names
};

/// How answers are drawn: as the recipe says, or one a prompt by the likeliest token each, to validate.
struct RolloutOptions {
  bool greedy = false;
  std::uint64_t step = 0;  ///< answers depend on seed, step and place alone
};

/// Answers the prompts of `examples`, which end where what is supervised last begins; those last tokens are the answer
/// that rewards may compare with.
/// @param base, adapter  folders; the model is open only as long as this takes
/// @throws Interrupted; InputError  a prompt that leaves no room in the model's context
Rollouts answer_prompts(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                        std::span<const MicroBatch> window, const std::filesystem::path& adapter,
                        const RolloutOptions& options);

/// (reward - mean of the group) / (deviation + 1e-4), the deviation (over n - 1) by `scale_rewards`; as TRL.
std::vector<double> advantages_of(const std::vector<double>& rewards, int answers_each, const std::string& scale);

}  // namespace llmops::train
