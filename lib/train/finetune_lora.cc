// Finetuning from recipe to adapter: loads everything, trains, writes the best adapter.
#include "train/finetune_lora.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <chrono>

#include "core/error.h"
#include "core/files.h"
#include "core/log.h"
#include "core/process.h"
#include "model/adapter_record.h"
#include "model/lora.h"
#include "train/base_fingerprint.h"
#include "train/debiasing.h"
#include "train/distillation_objective.h"
#include "train/fresh_model.h"
#include "train/job_start.h"
#include "train/reference_log_probs.h"
#include "train/reward_objective.h"
#include "train/rewards.h"
#include "train/teacher_tokens.h"
#include "train/tensor_memory.h"
#include "train/trainer.h"
#include "train/training_device.h"

namespace llmops::train {
namespace {

/// The best checkpoint as what the run was started for. @param record  kept beside an adapter
void write_output(const FinetuneRecipe& recipe, TrainedWeights& weights, const CheckpointFolder& folder,
                  std::int64_t step, const model::AdapterRecord& record) {
  AtomicDirectory target(recipe.output_dir, /*replace=*/true);
  weights.publish(folder.checkpoint(step), target.path());
  if (recipe.trains_adapter()) model::write_adapter_record(record, target.path());
  target.commit();
  folder.mark_finished(step);
}

/// Weights that are trained themselves keep all their bits.
model::Decoder load_base(const FinetuneRecipe& recipe) {
  const at::ScalarType format = recipe.bf16 ? at::kBFloat16 : at::kFloat;
  auto decoder = model::Decoder::load(recipe.base_path, recipe.trains_adapter() ? format : at::kFloat,
                                      base_format(recipe), at::Device(recipe.device));
  decoder.compute_in(format);
  return decoder;
}

/// A decoder that keeps the base's weights, and those of the adapter that training starts from.
/// @param base  without an adapter yet
model::Decoder before_training(const FinetuneRecipe& recipe, const model::Decoder& base) {
  model::Decoder before = base;  // tensors are shared, and frozen
  if (!recipe.lora_model_dir.empty()) model::load_lora(before, recipe.lora_model_dir);
  return before;
}

FinetuneReport report_of(const FinetuneRecipe& recipe, const Trainer& trainer, const TrainingData& data) {
  const TrainerState& state = trainer.state();
  FinetuneReport report;
  report.steps = state.step;
  report.best_step = state.best_step > 0 ? state.best_step : state.step;
  report.examples = data.train_counts.examples;
  report.examples_cut = data.train_counts.cut;
  report.examples_dropped = data.train_counts.unsupervised;
  report.validation_examples = static_cast<std::int64_t>(data.validation.size());
  report.tokens = state.tokens;
  report.supervised_tokens = state.supervised_tokens;
  report.trainable_parameters = trainer.trainable_parameters();
  report.tok_s = trainer.tokens_per_s();
  report.loss_first = state.loss_first;
  report.loss_last = state.loss_last;
  report.val_loss_first = state.first_validation_loss;
  report.val_loss_best = state.best_loss;
  report.metric_for_best_model = recipe.validation.metric_for_best_model;
  report.best_metric = state.best_metric;
  report.val_measures_first = state.first_validation_measures;
  report.val_measures_best = state.best_validation_measures;
  report.rollbacks = state.rollbacks;
  report.stopped_early = trainer.stopped_early();
  report.peak_rss_bytes = peak_memory_bytes();
  report.peak_device_bytes = peak_device_bytes(at::Device(recipe.device));
  return report;
}

void log_losses(const TrainingData& data, int sequence_len) {
  const ExampleCounts& counts = data.train_counts;
  if (counts.cut > 0) {
    log_warning(fmt::format("{} examples of {} records are longer than {} tokens and were cut", counts.cut,
                            counts.records, sequence_len));
  }
  if (counts.unsupervised > 0) {
    log_warning(fmt::format("{} records were dropped: nothing supervised is left of them", counts.unsupervised));
  }
}

/// What is on disk of the recipe, which decides what the run is.
struct Ingredients {
  std::unique_ptr<text::Tokenizer> tokenizer;
  std::unique_ptr<text::ChatTemplate> chat_template;
  TrainingData data;
};

/// @param recipe  of a model from nothing is told where its first weights are
/// @param afresh  whether those are written anew
Ingredients gather(FinetuneRecipe& recipe, const CheckpointFolder& folder, bool afresh, Workers& workers) {
  Ingredients found;
  found.tokenizer = text::load_tokenizer(recipe.tokenizer_path());
  found.chat_template = text::load_chat_template(recipe.tokenizer_path());
  check_reward_models(recipe.grpo.rewards, found.tokenizer->fingerprint());
  found.data = load_training_data(recipe, *found.tokenizer, found.chat_template.get());
  if (workers.first()) log_losses(found.data, recipe.sequence_len);
  if (!recipe.pretrain.on()) return found;
  recipe.base_path = folder.path() / "initial";
  if (workers.first() && (afresh || !fs::exists(recipe.base_path))) {
    write_fresh_model(recipe.pretrain, recipe.seed, *found.tokenizer, recipe.base_path);
  }
  workers.sum(0);  // the others wait for it
  return found;
}

TrainerState first_state(const FinetuneRecipe& recipe, const Ingredients& found, int world_size) {
  TrainerState state;
  state.recipe = training_recipe(recipe);
  state.world_size = world_size;
  state.data_fingerprint = found.data.fingerprint;
  state.base_fingerprint = base_fingerprint(recipe.base_path);
  state.tokenizer_fingerprint = found.tokenizer->fingerprint();
  if (recipe.distillation.on() && !recipe.distillation.teacher_model.empty()) {
    state.recipe["teacher_fingerprint"] = base_fingerprint(recipe.distillation.teacher_path);
  }
  return state;
}

/// Has the teacher's tokens in `found.data`, before the student takes memory.
void ask_teacher(const FinetuneRecipe& recipe, const CheckpointFolder& folder, TrainerState& state, Ingredients& found,
                 Workers& workers, Progress& progress) {
  const DistillationRecipe& distillation = recipe.distillation;
  const fs::path file = distillation.kd_teacher_file.empty() ? folder.path() / "teacher.safetensors"
                                                             : fs::path(distillation.kd_teacher_file);
  state.recipe["teacher_fingerprint"] = find_teacher_tokens(
      recipe, {state.recipe.value("teacher_fingerprint", ""), state.tokenizer_fingerprint, state.data_fingerprint},
      starting_config(recipe, *found.tokenizer), file, found.data, workers, progress);
}

/// What follows when the ranks of the job, often one, have found each other.
FinetuneReport finetune_with(Workers& workers, const FinetuneRecipe& given, const FinetuneHooks& hooks) {
  const auto start = std::chrono::steady_clock::now();
  Progress silent;
  FinetuneHooks used = hooks;
  if (used.progress == nullptr) used.progress = &silent;
  FinetuneRecipe recipe = given;
  keep_tensor_memory();
  const int processors = std::max(1, available_processors() / hooks.launch.local_size);
  recipe.device = find_training_device(recipe.device, hooks.launch).str();
  at::set_num_threads(recipe.threads > 0 ? recipe.threads : processors);

  const CheckpointFolder folder(recipe.output_dir);
  const auto [checkpoint, micro_batches, world_size] = start_job(workers, hooks.launch, recipe, folder);
  recipe.gradient_accumulation_steps = micro_batches;  // from here on, of all ranks together
  Ingredients found = gather(recipe, folder, !checkpoint, workers);
  TrainingData& data = found.data;
  TrainerState state = first_state(recipe, found, world_size);
  check_same_on_all_ranks(workers, state);
  const bool offline = recipe.distillation.offline();
  if (offline) ask_teacher(recipe, folder, state, found, workers, *used.progress);

  model::Decoder decoder = load_base(recipe);
  prepare_head(recipe, decoder);
  std::optional<model::Decoder> frozen;
  if (recipe.grpo.beta > 0 && recipe.grpo.on()) frozen = before_training(recipe, decoder);
  auto weights = make_trained_weights(recipe, decoder);
  check_head(recipe, decoder);
  std::optional<Debiasing> debiasing;
  if (recipe.debias.on()) debiasing.emplace(recipe, decoder, data, weights, workers, *used.progress);
  if (recipe.preference.needs_reference()) {
    find_reference(decoder, recipe, state.base_fingerprint, folder.path() / "reference.safetensors", data, workers,
                   *used.progress);
  }
  if (recipe.distillation.on() && !offline) {
    frozen = load_teacher(recipe, decoder.config(), state.tokenizer_fingerprint);
  }
  const Companions companions = {frozen ? &*frozen : nullptr, debiasing ? &debiasing->adversary() : nullptr};
  Trainer trainer(recipe, used, decoder, *weights, data, companions, std::move(state), workers);
  if (checkpoint) trainer.resume(*checkpoint);
  trainer.run();

  FinetuneReport report = report_of(recipe, trainer, data);
  if (debiasing) {
    if (report.best_step != report.steps) weights->restore(folder.checkpoint(report.best_step));
    debiasing->finish(report);
  }
  if (!workers.first()) return report;
  write_output(recipe, *weights, folder, report.best_step,
               {recipe.base_model, hooks.base_sha256, found.chat_template ? found.chat_template->fingerprint() : "",
                found.tokenizer->fingerprint()});
  report.output = recipe.output_dir;
  report.output_kind = recipe.output_kind();
  report.resumed = checkpoint.has_value();
  report.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace

FinetuneReport finetune_lora(const FinetuneRecipe& recipe, const FinetuneHooks& hooks) {
  Workers workers(hooks.launch, std::chrono::seconds(recipe.distributed.ddp_timeout));
  try {
    return finetune_with(workers, recipe, hooks);
  } catch (const WorkerLost&) {
    throw;
  } catch (const std::exception& error) {
    workers.report_failure(error.what());
    throw;
  }
}

}  // namespace llmops::train
