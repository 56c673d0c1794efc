// Reads, writes and compares the state of a run.
#include "train/trainer_state.h"

#include <fmt/format.h>

#include "core/error.h"
#include "train/schedule.h"

namespace llmops::train {
namespace {

constexpr int kVersion = 1;

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

std::optional<double> read_optional(const Json& json, const char* key, const std::string& origin) {
  if (!json.contains(key) || json[key].is_null()) return std::nullopt;
  return json_get<double>(json, key, origin);
}

void read_rollbacks(const Json& json, const std::string& origin, TrainerState& state) {
  state.optimizer_steps = json_get_or<std::int64_t>(json, "optimizer_steps", state.step, origin);
  state.rollback_step = json_get_or<std::int64_t>(json, "rollback_step", state.step, origin);
  state.rollback_optimizer_steps = json_get_or<std::int64_t>(json, "rollback_optimizer_steps", state.step, origin);
  const std::vector<double> last(state.step > 0 ? 1 : 0, state.loss_last);
  state.recent_losses = json_get_or(json, "recent_losses", last, origin);
  for (const Json& item : json_get_or<std::vector<Json>>(json, "rollbacks", {}, origin)) {
    state.rollbacks.push_back({json_get<std::int64_t>(item, "step", origin),
                               json_get<std::int64_t>(item, "to_step", origin),
                               json_get<std::string>(item, "reason", origin)});
  }
}

std::string checkpoint_name(std::int64_t step) { return fmt::format("checkpoint-{}", step); }

/// Of keys that the version which saved did not have yet.
Json defaults_of(const Json& saved) {
  FinetuneRecipe recipe;
  recipe.lr_scheduler = saved.value("lr_scheduler", recipe.lr_scheduler);
  recipe.lr_scheduler_kwargs = standard_values(schedule_row(recipe.lr_scheduler).arguments);
  return training_recipe(recipe);
}

void add_difference(std::string& list, const std::string& what, const std::string& saved, const std::string& now) {
  list += fmt::format("{}{}: {} in the checkpoint, {} now", list.empty() ? "" : "; ", what, saved, now);
}

}  // namespace

Json TrainerState::json() const {
  return {{"best_metric", optional_json(best_metric)},
          {"best_model_checkpoint", best_step > 0 ? Json(checkpoint_name(best_step)) : Json(nullptr)},
          {"best_global_step", best_step},
          {"epoch", epoch},
          {"global_step", step},
          {"max_steps", max_steps},
          {"num_input_tokens_seen", tokens},
          {"is_world_process_zero", true},
          {"is_local_process_zero", true},
          {"is_hyper_param_search", false},
          {"trial_name", nullptr},
          {"trial_params", nullptr},
          {"stateful_callbacks", Json::object()},
          {"log_history", log_history},
          {"llmops",
           {{"format_version", kVersion},
            {"supervised_tokens", supervised_tokens},
            {"loss_first", loss_first},
            {"loss_last", loss_last},
            {"best_validation_loss", optional_json(best_loss)},
            {"first_validation_loss", optional_json(first_validation_loss)},
            {"first_validation_measures", measures_json(first_validation_measures)},
            {"best_validation_measures", measures_json(best_validation_measures)},
            {"validations_without_gain", validations_without_gain},
            {"optimizer_steps", optimizer_steps},
            {"recent_losses", recent_losses},
            {"rollbacks", rollbacks_json(rollbacks)},
            {"rollback_step", rollback_step},
            {"rollback_optimizer_steps", rollback_optimizer_steps},
            {"data_fingerprint", data_fingerprint},
            {"base_fingerprint", base_fingerprint},
            {"tokenizer_fingerprint", tokenizer_fingerprint},
            {"world_size", world_size},
            {"recipe", recipe}}}};
}

TrainerState parse_trainer_state(const Json& json, const std::string& origin) {
  const Json ours = json_get<Json>(json, "llmops", origin);
  if (json_get<int>(ours, "format_version", origin) != kVersion) {
    throw InputError(fmt::format("{}: 'format_version' is not {}", origin, kVersion),
                     "the checkpoint was written by another version of llmops");
  }
  TrainerState state;
  state.step = json_get<std::int64_t>(json, "global_step", origin);
  state.max_steps = json_get<std::int64_t>(json, "max_steps", origin);
  state.epoch = json_get<double>(json, "epoch", origin);
  state.tokens = json_get<std::int64_t>(json, "num_input_tokens_seen", origin);
  state.best_metric = read_optional(json, "best_metric", origin);
  // Checkpoints that lack it have the loss for their metric.
  const bool by_loss = !ours.contains("best_validation_loss");
  state.best_loss = by_loss ? state.best_metric : read_optional(ours, "best_validation_loss", origin);
  state.best_step = json_get<std::int64_t>(json, "best_global_step", origin);
  state.log_history = json_get<Json>(json, "log_history", origin);
  state.supervised_tokens = json_get<std::int64_t>(ours, "supervised_tokens", origin);
  state.loss_first = json_get<double>(ours, "loss_first", origin);
  state.loss_last = json_get<double>(ours, "loss_last", origin);
  state.first_validation_loss = read_optional(ours, "first_validation_loss", origin);
  const auto measures = [&](const char* key) {
    return parse_measures(json_get_or<Json>(ours, key, Json::object(), origin), origin);
  };
  state.first_validation_measures = measures("first_validation_measures");
  state.best_validation_measures = measures("best_validation_measures");
  state.validations_without_gain = json_get<int>(ours, "validations_without_gain", origin);
  read_rollbacks(ours, origin, state);
  state.data_fingerprint = json_get<std::string>(ours, "data_fingerprint", origin);
  state.base_fingerprint = json_get<std::string>(ours, "base_fingerprint", origin);
  state.tokenizer_fingerprint = json_get<std::string>(ours, "tokenizer_fingerprint", origin);
  state.world_size = json_get_or(ours, "world_size", 1, origin);
  state.recipe = json_get<Json>(ours, "recipe", origin);
  return state;
}

Json training_recipe(const FinetuneRecipe& recipe) {
  Json json = recipe.json();
  // Paths may move; contents are compared by their fingerprints. A run that gave up may get more rollbacks, and one
  // that paused goes on.
  for (const char* key : {"base_model",        "tokenizer_config", "teacher_model",
                          "kd_teacher_file",   "datasets",         "test_datasets",
                          "eval_tasks",        "output_dir",       "resume_from_checkpoint",
                          "threads",           "save_steps",       "save_total_limit",
                          "logging_steps",     "max_rollbacks",    "zero_stage",
                          "ddp_bucket_cap_mb", "ddp_timeout",      "stop_at_step",
                          "use_tensorboard",   "tensorboard_dir",  "device"}) {
    json.erase(key);
  }
  const Json prices = recipe.costs.json();
  for (const auto& [key, unused] : prices.items()) json.erase(key);
  return json;
}

void check_same_run(const TrainerState& saved, const TrainerState& now, const std::string& checkpoint) {
  std::string differences;
  const Json defaults = defaults_of(saved.recipe);
  for (const auto& [key, value] : now.recipe.items()) {
    const Json before = saved.recipe.contains(key) ? saved.recipe[key] : defaults.value(key, Json(nullptr));
    if (before != value) add_difference(differences, key, before.dump(), value.dump());
  }
  const auto compare = [&](const char* what, const std::string& before, const std::string& after) {
    if (before != after) add_difference(differences, what, before.substr(0, 12), after.substr(0, 12));
  };
  compare("training data", saved.data_fingerprint, now.data_fingerprint);
  compare("base model", saved.base_fingerprint, now.base_fingerprint);
  compare("tokenizer", saved.tokenizer_fingerprint, now.tokenizer_fingerprint);
  if (saved.max_steps != now.max_steps && differences.empty()) {
    add_difference(differences, "steps", std::to_string(saved.max_steps), std::to_string(now.max_steps));
  }
  if (differences.empty()) return;
  throw InputError(fmt::format("'{}' belongs to another run ({})", checkpoint, differences),
                   "undo the change to go on with it, or give another 'output_dir' to start afresh");
}

}  // namespace llmops::train
