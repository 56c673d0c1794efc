// Reads the keys of GRPO.
#include "train/grpo_recipe.h"

#include <fmt/format.h>

#include "config/yaml_reader.h"
#include "text/json_schema.h"
#include "text/regex.h"
#include "train/keyword_arguments.h"
#include "train/problem_of.h"

namespace llmops::train {
namespace {

RewardRule read_rule(config::YamlObject item) {
  RewardRule rule;
  item.required("type", rule.type);
  const bool known = check_choice(item, "type", rule.type, {"answer", "regex", "json_schema", "model"});
  item.optional("pattern", rule.pattern);
  if (item.has("schema")) rule.schema = item.json("schema");
  item.optional("weight", rule.weight);
  item.optional("model", rule.model);
  const bool by_schema = rule.type == "json_schema", by_model = rule.type == "model";
  if (!known) return rule;
  item.check(!by_schema || rule.schema.is_object(), "type", "needs 'schema', a JSON Schema");
  item.check(by_schema || rule.schema.is_null(), "schema", "goes with 'type: json_schema' only");
  item.check(rule.type != "regex" || !rule.pattern.empty(), "type", "needs 'pattern'");
  item.check((!by_schema && !by_model) || rule.pattern.empty(), "pattern",
             fmt::format("does not go with 'type: {}'", rule.type));
  item.check(!by_model || !rule.model.empty(), "type", "needs 'model', a reward model",
             "train one with 'reward_model: true'");
  item.check(by_model || rule.model.empty(), "model", "goes with 'type: model' only");
  const std::string in_pattern = problem_of([&] { const text::Regex compiled(rule.pattern, "pattern"); });
  item.check(in_pattern.empty(), "pattern", "cannot be used: " + in_pattern);
  if (!rule.schema.is_object()) return rule;
  const std::string in_schema = problem_of([&] { const text::JsonSchema compiled(rule.schema); });
  item.check(in_schema.empty(), "schema", "cannot be used: " + in_schema);
  return rule;
}

void read_options(config::YamlObject trl, GrpoRecipe& recipe) {
  trl.optional("num_generations", recipe.num_generations);
  trl.check(recipe.num_generations >= 2 && recipe.num_generations <= 1024, "num_generations",
            "must lie between 2 and 1024", "answers to a prompt are judged against each other");
  trl.optional("max_completion_length", recipe.max_completion_length);
  trl.check(recipe.max_completion_length >= 1, "max_completion_length", "must be at least 1");
  trl.optional("temperature", recipe.temperature);
  trl.check(recipe.temperature > 0, "temperature", "must be above 0", "equal answers teach nothing");
  trl.optional("top_p", recipe.top_p);
  trl.check(recipe.top_p > 0 && recipe.top_p <= 1, "top_p", "must lie in (0, 1]", "1 is off");
  trl.optional("top_k", recipe.top_k);
  trl.check(recipe.top_k >= 0, "top_k", "must not be negative", "0 is off");
  trl.optional("beta", recipe.beta);
  trl.check(recipe.beta >= 0, "beta", "must not be negative", "0 is off");
  trl.optional("loss_type", recipe.loss_type);
  check_choice(trl, "loss_type", recipe.loss_type, {"dapo", "grpo", "dr_grpo"});
  trl.optional("scale_rewards", recipe.scale_rewards);
  check_choice(trl, "scale_rewards", recipe.scale_rewards, {"group", "batch", "none"});
}

}  // namespace

Json RewardRule::json() const {
  Json json = {{"type", type}, {"weight", weight}};
  if (!pattern.empty()) json["pattern"] = pattern;
  if (!schema.is_null()) json["schema"] = schema;
  if (!model.empty()) json["model"] = model;
  return json;
}

Json GrpoRecipe::json() const {
  if (!on()) return Json::object();
  Json rules = Json::array();
  for (const RewardRule& rule : rewards) rules.push_back(rule.json());
  return {{"rewards", rules},
          {"trl",
           {{"num_generations", num_generations},
            {"max_completion_length", max_completion_length},
            {"temperature", temperature},
            {"top_p", top_p},
            {"top_k", top_k},
            {"beta", beta},
            {"loss_type", loss_type},
            {"scale_rewards", scale_rewards}}}};
}

GrpoRecipe read_grpo(config::YamlObject& root, bool wanted) {
  GrpoRecipe recipe;
  for (config::YamlObject& item : root.objects("rewards")) recipe.rewards.push_back(read_rule(item));
  if (root.has("trl")) read_options(root.object("trl"), recipe);
  root.check(!wanted || recipe.on(), "rl", "is 'grpo', which needs 'rewards'",
             "add\nrewards:\n  - {type: regex, pattern: '^yes'}");
  root.check(wanted || !recipe.on(), "rewards", "needs 'rl: grpo'");
  root.check(wanted || !root.has("trl"), "trl", "needs 'rl: grpo'");
  return recipe;
}

}  // namespace llmops::train
