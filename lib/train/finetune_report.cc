// Reports of training as JSON.
#include "train/finetune_lora.h"

namespace llmops::train {
namespace {

Json optional_json(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

Json Rollback::json() const { return {{"step", step}, {"to_step", to_step}, {"reason", reason}}; }

Json rollbacks_json(const std::vector<Rollback>& rollbacks) {
  Json list = Json::array();
  for (const Rollback& rollback : rollbacks) list.push_back(rollback.json());
  return list;
}

Json StepLog::json() const {
  Json json = {{"step", step},
               {"epoch", epoch},
               {"loss", loss},
               {"learning_rate", learning_rate},
               {"grad_norm", grad_norm},
               {"tokens", tokens},
               {"supervised_tokens", supervised_tokens},
               {"tok_s", tokens_per_s}};
  json.update(measures_json(measures));
  if (validation_loss) json["val_loss"] = *validation_loss;
  for (const auto& [name, value] : validation_measures) json["val_" + name] = value;
  if (rollback) json["rollback"] = rollback->json();
  return json;
}

Json StepLog::history() const {
  if (rollback) {
    return {
        {"epoch", epoch}, {"rollback_reason", rollback->reason}, {"rollback_to", rollback->to_step}, {"step", step}};
  }
  Json entry = {
      {"epoch", epoch}, {"grad_norm", grad_norm}, {"learning_rate", learning_rate}, {"loss", loss}, {"step", step}};
  entry.update(measures_json(measures));
  return entry;
}

Json StepLog::validation_history() const {
  Json entry = {{"epoch", epoch}, {"eval_loss", *validation_loss}, {"step", step}};
  for (const auto& [name, value] : validation_measures) entry["eval_" + name] = value;
  return entry;
}

std::vector<std::pair<std::string, double>> StepLog::metrics() const {
  if (rollback) return {{"rollback_to", static_cast<double>(rollback->to_step)}};  // its loss need not be a number
  std::vector<std::pair<std::string, double>> all = {
      {"loss", loss}, {"learning_rate", learning_rate}, {"grad_norm", grad_norm}, {"tok_s", tokens_per_s}};
  all.insert(all.end(), measures.begin(), measures.end());
  if (validation_loss) all.emplace_back("val_loss", *validation_loss);
  for (const auto& [name, value] : validation_measures) all.emplace_back("val_" + name, value);
  return all;
}

Json FinetuneReport::json() const {
  Json json = {{output_kind, output},
               {"steps", steps},
               {"best_step", best_step},
               {"examples", examples},
               {"examples_cut", examples_cut},
               {"examples_dropped", examples_dropped},
               {"validation_examples", validation_examples},
               {"tokens", tokens},
               {"supervised_tokens", supervised_tokens},
               {"trainable_parameters", trainable_parameters},
               {"tok_s", tok_s},
               {"loss_first", loss_first},
               {"loss_last", loss_last},
               {"val_loss_first", optional_json(val_loss_first)},
               {"val_loss_best", optional_json(val_loss_best)},
               {"metric_for_best_model", metric_for_best_model},
               {"best_metric", optional_json(best_metric)},
               {"val_measures_first", measures_json(val_measures_first)},
               {"val_measures_best", measures_json(val_measures_best)},
               {"stopped_early", stopped_early},
               {"rollbacks", rollbacks_json(rollbacks)},
               {"peak_rss_bytes", peak_rss_bytes},
               {"wall_s", wall_s},
               {"resumed", resumed}};
  if (peak_device_bytes > 0) json["peak_device_bytes"] = peak_device_bytes;
  if (probe_before) json["probe_before"] = probe_before->json();
  if (probe_after) json["probe_after"] = probe_after->json();
  return json;
}

}  // namespace llmops::train
