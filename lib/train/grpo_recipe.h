// The part of a recipe that says how a model learns from its own answers and what they are worth, under axolotl's and
// TRL's names.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"

namespace llmops::config {
class YamlObject;
}

namespace llmops::train {

/// A way to tell what an answer is worth.
struct RewardRule {
  std::string type;     ///< "answer", "regex", "json_schema" or "model"
  std::string pattern;  ///< "answer": what counts of both texts, the last match; "regex": what must be in the answer
  Json schema;          ///< "json_schema": JSON Schema that the whole answer must fit
  double weight = 1;
  std::string model = {};                    ///< "model": URI or path of a reward model, as written
  std::filesystem::path model_path = {};     ///< resolved by the command, as is
  std::filesystem::path model_adapter = {};  ///< the adapter that makes a reward model of it; or empty
  Json json() const;
};

/// Shao and others, 2024, "DeepSeekMath", section 4.1: answers to one prompt are judged against each other.
struct GrpoRecipe {
  std::vector<RewardRule> rewards;  ///< none is off
  int num_generations = 8;          ///< answers to a prompt
  int max_completion_length = 256;  ///< tokens
  double temperature = 1;
  double top_p = 1;                     ///< 1 is off
  int top_k = 0;                        ///< 0 is off
  double beta = 0;                      ///< weight of the distance from the model before training; 0 is off
  std::string loss_type = "dapo";       ///< "dapo": a mean over tokens; "grpo": over answers; "dr_grpo": over the limit
  std::string scale_rewards = "group";  ///< by the deviation in a "group", in the "batch", or "none"

  bool on() const { return !rewards.empty(); }
  /// `rewards` and `trl`; empty where it is off.
  Json json() const;
};

/// Reads `rewards` and `trl`. @param wanted  `rl` is "grpo"; problems are recorded in `root`
GrpoRecipe read_grpo(config::YamlObject& root, bool wanted);

}  // namespace llmops::train
