#include "train/distillation_recipe.h"

#include "config/yaml_reader.h"
#include "train/keyword_arguments.h"

namespace llmops::train {
namespace {

void read_top_k(config::YamlObject& root, DistillationRecipe& recipe) {
  root.optional("kd_top_k", recipe.kd_top_k);
  root.check(recipe.kd_top_k >= 0, "kd_top_k", "must not be negative", "0 asks the teacher at every step");
  const bool offline = recipe.kd_top_k > 0;
  root.check(offline || recipe.kd_teacher_file.empty(), "kd_teacher_file", "needs 'kd_top_k'",
             "a file holds the likeliest tokens of each position: kd_top_k: 64");
  root.check(recipe.kd_teacher_file.empty() || recipe.kd_teacher_file.ends_with(".safetensors"), "kd_teacher_file",
             "must end in '.safetensors'");
  root.check(!offline || recipe.kd_loss != "reverse_kl", "kd_loss",
             "is 'reverse_kl', which does not go with 'kd_top_k'",
             "it asks for the teacher's opinion of all tokens that the student likes; take forward_kl");
}

}  // namespace

Json DistillationRecipe::json() const {
  if (!on()) return Json::object();
  Json json = {{"teacher_model", teacher_model}, {"kd_loss", kd_loss},         {"kd_temperature", kd_temperature},
               {"kd_alpha", kd_alpha},           {"kd_ce_alpha", kd_ce_alpha}, {"kd_top_k", kd_top_k}};
  if (!kd_teacher_file.empty()) json["kd_teacher_file"] = kd_teacher_file;
  return json;
}

DistillationRecipe read_distillation(config::YamlObject& root) {
  DistillationRecipe recipe;
  root.optional("teacher_model", recipe.teacher_model);
  root.optional("kd_teacher_file", recipe.kd_teacher_file);
  for (const char* key : {"kd_loss", "kd_temperature", "kd_alpha", "kd_ce_alpha", "kd_top_k"}) {
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
  read_top_k(root, recipe);
  return recipe;
}

}  // namespace llmops::train
