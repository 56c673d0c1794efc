// The part of a finetuning recipe that says how answers are compared, under axolotl's names.
#pragma once

#include <string>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

struct PreferenceRecipe {
  std::string rl;  ///< "" is off: answers are learnt as they are; else "dpo", "grpo", "ipo", "kto", "orpo", "simpo"
  double rl_beta = 0.1;                   ///< how strongly the reference holds the model; scales rewards
  double dpo_label_smoothing = 0;         ///< share of pairs taken to be the wrong way round; 0 is off (dpo, simpo)
  double rpo_alpha = 0;                   ///< weight of the chosen answer's own loss beside dpo's or ipo's; 0 is off
  double simpo_gamma = 0.5;               ///< margin between the rewards of a pair
  double cpo_alpha = 0;                   ///< as rpo_alpha, for simpo
  double orpo_alpha = 0.1;                ///< weight of the odds ratio beside the chosen answer's own loss
  double kto_desirable_weight = 1;        ///< of answers that are liked
  double kto_undesirable_weight = 1;      ///< of answers that are not
  bool reward_model = false;              ///< in place of `rl`: learns what a text is worth instead of writing it
  double center_rewards_coefficient = 0;  ///< weight of a pair's summed reward, squared; 0 is off (reward_model)

  bool on() const { return reward_model || !rl.empty(); }
  /// The key that chose it: "rl" or "reward_model".
  const char* key() const { return reward_model ? "reward_model" : "rl"; }
  /// Whether log-probabilities of the model as it was before training are needed.
  bool needs_reference() const;
  /// Whether answers that the data holds are compared; GRPO compares the model's own.
  bool compares_data() const { return on() && rl != "grpo"; }
  /// Examples of a unit of data: 2 of a pair (chosen, rejected) and of KTO (answer, mismatched answer).
  int examples_per_unit() const { return compares_data() ? 2 : 1; }
  /// The keys that the objective reads; empty where it is off.
  Json json() const;
};

/// Problems are recorded in `root`.
PreferenceRecipe read_preference(config::YamlObject& root);

}  // namespace llmops::train
