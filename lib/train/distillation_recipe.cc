#include "train/distillation_recipe.h"

#include "config/yaml_reader.h"
#include "train/keyword_arguments.h"

namespace llmops::train {

Json DistillationRecipe::json() const {
  if (!on()) return Json::object();
  return {{"teacher_model", teacher_model},
          {"kd_loss", kd_loss},
          {"kd_temperature", kd_temperature},
          {"kd_alpha", kd_alpha},
          {"kd_ce_alpha", kd_ce_alpha}};
}

DistillationRecipe read_distillation(config::YamlObject& root) {
  DistillationRecipe recipe;
  root.optional("teacher_model", recipe.teacher_model);
  for (const char* key : {"kd_loss", "kd_temperature", "kd_alpha", "kd_ce_alpha"}) {
    root.check(recipe.on() || !root.has(key), key, "needs 'teacher_model'");
  }
  root.optional("kd_loss", recipe.kd_loss);
  check_choice(root, "kd_loss", recipe.kd_loss, {"forward_kl", "reverse_kl"});
  root.optional("kd_temperature", recipe.kd_temperature);
  root.check(recipe.kd_temperature > 0 && recipe.kd_temperature <= 100, "kd_temperature", "must lie in (0, 100]");
  root.optional("kd_alpha", recipe.kd_alpha);
  root.check(recipe.kd_alpha > 0, "kd_alpha", "must be above 0", "without it the teacher teaches nothing");
  root.optional("kd_ce_alpha", recipe.kd_ce_alpha);
  root.check(recipe.kd_ce_alpha >= 0, "kd_ce_alpha", "must not be negative", "0 is off");
  return recipe;
}

}  // namespace llmops::train
