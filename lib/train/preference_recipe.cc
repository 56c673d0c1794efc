// Reads the keys of preference training, and refuses those that the objective chosen does not read.
#include "train/preference_recipe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <vector>

#include "config/yaml_reader.h"
#include "core/spelling.h"

namespace llmops::train {
namespace {

struct Key {
  const char* name;
  double PreferenceRecipe::* value;
  double least, most;
  bool least_excluded;
};

constexpr double kLarge = 1e6;
constexpr Key kBeta = {"rl_beta", &PreferenceRecipe::rl_beta, 0, kLarge, true},
              kSmoothing = {"dpo_label_smoothing", &PreferenceRecipe::dpo_label_smoothing, 0, 0.5, false},
              kRpoAlpha = {"rpo_alpha", &PreferenceRecipe::rpo_alpha, 0, kLarge, false},
              kGamma = {"simpo_gamma", &PreferenceRecipe::simpo_gamma, 0, kLarge, false},
              kCpoAlpha = {"cpo_alpha", &PreferenceRecipe::cpo_alpha, 0, kLarge, false},
              kOrpoAlpha = {"orpo_alpha", &PreferenceRecipe::orpo_alpha, 0, kLarge, true},
              kDesirable = {"kto_desirable_weight", &PreferenceRecipe::kto_desirable_weight, 0, kLarge, false},
              kUndesirable = {"kto_undesirable_weight", &PreferenceRecipe::kto_undesirable_weight, 0, kLarge, false},
              kCenter = {"center_rewards_coefficient", &PreferenceRecipe::center_rewards_coefficient, 0, kLarge, false};
constexpr Key kAllKeys[] = {kBeta,      kSmoothing, kRpoAlpha,    kGamma, kCpoAlpha,
                            kOrpoAlpha, kDesirable, kUndesirable, kCenter};
constexpr const char* kRewardModel = "reward_model";

struct ObjectiveKeys {
  const char* name;  ///< a value of `rl`, or kRewardModel
  bool reference;
  std::vector<Key> keys;
};

const std::vector<ObjectiveKeys>& objectives() {
  static const std::vector<ObjectiveKeys> all = {{"dpo", true, {kBeta, kSmoothing, kRpoAlpha}},
                                                 {"ipo", true, {kBeta, kRpoAlpha}},
                                                 {"grpo", false, {}},
                                                 {"kto", true, {kBeta, kDesirable, kUndesirable}},
                                                 {"orpo", false, {kOrpoAlpha}},
                                                 {kRewardModel, false, {kCenter}},
                                                 {"simpo", false, {kBeta, kSmoothing, kGamma, kCpoAlpha}}};
  return all;
}

const ObjectiveKeys* find_objective(const PreferenceRecipe& recipe) {
  const std::string name = recipe.reward_model ? kRewardModel : recipe.rl;
  const auto found = std::find_if(objectives().begin(), objectives().end(),
                                  [&](const ObjectiveKeys& objective) { return objective.name == name; });
  return found == objectives().end() ? nullptr : &*found;
}

bool reads(const ObjectiveKeys* objective, const Key& key) {
  return objective != nullptr && std::any_of(objective->keys.begin(), objective->keys.end(),
                                             [&](const Key& own) { return own.value == key.value; });
}

void check_range(config::YamlObject& root, const Key& key, double value) {
  const bool inside = value <= key.most && (key.least_excluded ? value > key.least : value >= key.least);
  const std::string range = key.most < kLarge    ? fmt::format("must lie between {} and {}", key.least, key.most)
                            : key.least_excluded ? "must be above 0"
                                                 : "must not be negative";
  root.check(inside, key.name, range);
}

}  // namespace

bool PreferenceRecipe::needs_reference() const {
  const ObjectiveKeys* objective = find_objective(*this);
  return objective != nullptr && objective->reference;
}

Json PreferenceRecipe::json() const {
  Json json = Json::object();
  const ObjectiveKeys* objective = find_objective(*this);
  if (objective == nullptr) return json;
  json[key()] = reward_model ? Json(true) : Json(rl);
  for (const Key& key : objective->keys) json[key.name] = this->*key.value;
  return json;
}

PreferenceRecipe read_preference(config::YamlObject& root) {
  PreferenceRecipe recipe;
  root.optional("rl", recipe.rl);
  root.optional(kRewardModel, recipe.reward_model);
  root.check(!recipe.reward_model || recipe.rl.empty(), kRewardModel, "does not go with 'rl'",
             "train the reward model first, then give it to 'rl: grpo' as a reward");
  const ObjectiveKeys* objective = find_objective(recipe);
  std::vector<std::string> names;
  for (const ObjectiveKeys& known : objectives()) {
    if (known.name != std::string_view(kRewardModel)) names.emplace_back(known.name);
  }
  root.check(recipe.rl.empty() || objective != nullptr, "rl",
             fmt::format("is '{}'; supported: '{}'", recipe.rl, fmt::join(names, "', '")),
             did_you_mean(recipe.rl, names));
  for (const Key& key : kAllKeys) {
    const bool given = root.has(key.name);
    root.optional(key.name, recipe.*key.value);
    if (given) check_range(root, key, recipe.*key.value);
    if (!recipe.on() || objective != nullptr) {
      root.check(!given || reads(objective, key), key.name,
                 recipe.reward_model          ? "is not read by 'reward_model: true'"
                 : recipe.on()                ? fmt::format("is not read by 'rl: {}'", recipe.rl)
                 : key.value == kCenter.value ? "needs 'reward_model: true'"
                                              : "needs 'rl'");
    }
  }
  return recipe;
}

}  // namespace llmops::train
