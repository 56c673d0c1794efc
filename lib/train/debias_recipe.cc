#include "train/debias_recipe.h"

#include "config/yaml_reader.h"

namespace llmops::train {

Json DebiasRecipe::json() const {
  if (!on()) return Json::object();
  return {
      {"debias", {{"attribute", attribute}, {"weight", weight}, {"learning_rate", learning_rate}, {"hidden", hidden}}}};
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
  debias.optional("learning_rate", recipe.learning_rate);
  debias.check(recipe.learning_rate > 0 && recipe.learning_rate <= 1, "learning_rate", "must lie in (0, 1]");
  debias.optional("hidden", recipe.hidden);
  debias.check(recipe.hidden >= 0 && recipe.hidden <= 65536, "hidden", "must lie between 0 and 65536",
               "0 is a linear adversary");
  return recipe;
}

}  // namespace llmops::train
