// Reads what a recipe says about optimizer and learning rate.
#include "train/recipe_optimization.h"

#include "config/yaml_reader.h"
#include "train/keyword_arguments.h"
#include "train/optimizer_table.h"
#include "train/schedule.h"

namespace llmops::train {
namespace {

using config::YamlObject;

void check_relative_step(YamlObject& root, const FinetuneRecipe& recipe) {
  const Json& args = recipe.optim_args;
  const bool relative = args.value("relative_step", false);
  root.check(!relative || !root.has("learning_rate"), "optim_args",
             "has relative_step: true, which sets the rate by itself, and 'learning_rate' is given too",
             "remove 'learning_rate', or set relative_step: false");
  root.check(!relative || recipe.loraplus_lr_ratio == 1, "loraplus_lr_ratio", "needs optim_args.relative_step: false");
  root.check(relative || !args.value("warmup_init", false), "optim_args",
             "has warmup_init: true, which needs relative_step: true");
}

void read_optimizer(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("optimizer", recipe.optimizer);
  const std::vector<std::string> names = optimizer_names();
  if (!check_choice(root, "optimizer", recipe.optimizer, names)) return;
  const OptimizerRow& row = optimizer_row(recipe.optimizer);
  recipe.adam_beta2 = row.beta2;
  recipe.optim_args = read_arguments(root, "optim_args", row.arguments);
  root.optional("loraplus_lr_ratio", recipe.loraplus_lr_ratio);
  root.check(recipe.loraplus_lr_ratio >= 1 && recipe.loraplus_lr_ratio <= 1000, "loraplus_lr_ratio",
             "must lie between 1 and 1000", "1 is off; 16 is usual");
  check_relative_step(root, recipe);
}

/// Needs the learning rate.
void check_schedule_kwargs(YamlObject& root, const FinetuneRecipe& recipe) {
  const Json& kwargs = recipe.lr_scheduler_kwargs;
  if (kwargs.contains("num_decay_steps")) {
    root.check(kwargs["num_decay_steps"] >= 1, "lr_scheduler_kwargs", "needs num_decay_steps, at least 1",
               "add\nlr_scheduler_kwargs:\n  num_decay_steps: 100");
  }
  if (!kwargs.contains("min_lr")) return;
  const double least = kwargs["min_lr"], share = kwargs["min_lr_rate"];
  const int given = (least > 0 ? 1 : 0) + (share > 0 ? 1 : 0) + (recipe.cosine_min_lr_ratio > 0 ? 1 : 0);
  root.check(given == 1, "lr_scheduler_kwargs", "needs one of min_lr (a rate) and min_lr_rate (a share of it)",
             "add\nlr_scheduler_kwargs:\n  min_lr_rate: 0.1");
  root.check(least <= recipe.learning_rate, "lr_scheduler_kwargs", "has a min_lr above 'learning_rate'");
}

void read_schedule(YamlObject& root, FinetuneRecipe& recipe) {
  root.optional("lr_scheduler", recipe.lr_scheduler);
  const bool known = check_choice(root, "lr_scheduler", recipe.lr_scheduler, schedule_names());
  root.optional("warmup_ratio", recipe.warmup_ratio);
  root.check(recipe.warmup_ratio >= 0 && recipe.warmup_ratio <= 1, "warmup_ratio", "must lie in [0, 1]");
  root.optional("warmup_steps", recipe.warmup_steps);
  root.check(recipe.warmup_steps >= -1, "warmup_steps", "must not be negative", "-1 leaves it to 'warmup_ratio'");
  root.optional("cosine_min_lr_ratio", recipe.cosine_min_lr_ratio);
  root.check(recipe.cosine_min_lr_ratio >= 0 && recipe.cosine_min_lr_ratio <= 1, "cosine_min_lr_ratio",
             "must lie in [0, 1]");
  if (!known) return;
  recipe.lr_scheduler_kwargs = read_arguments(root, "lr_scheduler_kwargs", schedule_row(recipe.lr_scheduler).arguments);
  check_schedule_kwargs(root, recipe);
}

}  // namespace

void read_optimization(config::YamlObject& root, FinetuneRecipe& recipe) {
  read_optimizer(root, recipe);
  root.optional("learning_rate", recipe.learning_rate);
  root.check(recipe.learning_rate > 0 && recipe.learning_rate <= 1, "learning_rate", "must lie in (0, 1]");
  read_schedule(root, recipe);
  root.optional("weight_decay", recipe.weight_decay);
  root.check(recipe.weight_decay >= 0, "weight_decay", "must not be negative", "0 is off");
  root.optional("adam_beta1", recipe.adam_beta1);
  root.check(recipe.adam_beta1 >= 0 && recipe.adam_beta1 < 1, "adam_beta1", "must lie in [0, 1)");
  root.optional("adam_beta2", recipe.adam_beta2);
  root.check(recipe.adam_beta2 >= 0 && recipe.adam_beta2 < 1, "adam_beta2", "must lie in [0, 1)");
  root.optional("adam_epsilon", recipe.adam_epsilon);
  root.check(recipe.adam_epsilon > 0, "adam_epsilon", "must be above 0");
  root.optional("max_grad_norm", recipe.max_grad_norm);
  root.check(recipe.max_grad_norm >= 0, "max_grad_norm", "must not be negative", "0 is off");
}

}  // namespace llmops::train
