#include "train/debias_recipe.h"

#include "config/yaml_reader.h"

namespace llmops::train {

Json DebiasRecipe::json() const {
  if (!on()) return Json::object();
  return {{"debias", {{"attribute", attribute}, {"weight", weight}, {"memory", memory}, {"penalty", penalty}}}};
}

DebiasRecipe read_debias(config::YamlObject& root) {
  DebiasRecipe recipe;
  if (!root.has("debias")) return recipe;
  config::YamlObject debias = root.object("debias");
  debias.required("attribute", recipe.attribute);
  if (debias.has("attribute")) debias.check(recipe.on(), "attribute", "is empty", "name a field of the records");
  debias.optional("weight", recipe.weight);
  debias.check(recipe.weight >= 0 && recipe.weight <= 1000, "weight", "must lie between 0 and 1000",
               "0 lets the adversary read and changes nothing");
  debias.optional("memory", recipe.memory);
  debias.check(recipe.memory >= 2 && recipe.memory <= 65536, "memory", "must lie between 2 and 65536",
               "it is the examples that the adversary is fit to");
  debias.optional("penalty", recipe.penalty);
  debias.check(recipe.penalty >= 1e-3 && recipe.penalty <= 1e9, "penalty", "must lie between 0.001 and 1e9");
  return recipe;
}

}  // namespace llmops::train
