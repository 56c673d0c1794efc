// Finetuning from recipe to adapter: loads everything, trains, writes the best adapter.
#include "train/finetune_lora.h"

#include <ATen/Parallel.h>
#include <fmt/format.h>

#include <chrono>
#include <set>

#include "core/error.h"
#include "core/files.h"
#include "core/hash.h"
#include "core/log.h"
#include "core/process.h"
#include "model/adapter_record.h"
#include "train/base_fingerprint.h"
#include "train/distillation_objective.h"
#include "train/heap.h"
#include "train/random.h"
#include "train/recipe_adapter.h"
#include "train/reference_log_probs.h"
#include "train/trainer.h"

namespace llmops::train {
namespace {

/// PEFT's file names the layers it trains: each kind of linear layer once.
std::vector<std::string> kinds_of_layers(model::Decoder& decoder) {
  std::set<std::string> names;
  for (const auto& [name, unused] : decoder.linears()) names.insert(name.substr(name.rfind('.') + 1));
  return {names.begin(), names.end()};
}

model::LoraConfig attach(model::Decoder& decoder, const FinetuneRecipe& recipe) {
  if (!recipe.lora_model_dir.empty()) {
    model::check_adapter_fits(recipe.lora_model_dir, recipe.base_path);
    model::LoraConfig config = model::load_lora(decoder, recipe.lora_model_dir);
    config.base_model_name_or_path = recipe.base_model;
    for (auto& [name, tensor] : model::lora_tensors(decoder)) tensor.requires_grad_(true);
    return config;
  }
  model::LoraConfig config = lora_config(recipe);
  if (config.target_modules.empty()) config.target_modules.names = kinds_of_layers(decoder);
  model::attach_lora(decoder, config, Random({recipe.seed, kAdapterStream}).next());
  return config;
}

model::BaseFormat base_format(const FinetuneRecipe& recipe) {
  if (recipe.load_in_4bit) return model::BaseFormat::kNf4;
  return recipe.load_in_8bit ? model::BaseFormat::kInt8 : model::BaseFormat::kDense;
}

/// @returns the checkpoint to go on from; none starts afresh, in an empty folder
std::optional<fs::path> find_start(const FinetuneRecipe& recipe, const CheckpointFolder& folder) {
  if (fs::exists(recipe.output_dir) && !fs::is_empty(recipe.output_dir) &&
      !fs::exists(fs::path(recipe.output_dir) / "adapter_config.json")) {
    throw UsageError(fmt::format("output_dir '{}' exists and is not an adapter", recipe.output_dir),
                     "give another 'output_dir'");
  }
  folder.remove_partial();
  if (!recipe.resume_from_checkpoint.empty() && recipe.resume_from_checkpoint != "auto") {
    return recipe.resume_from_checkpoint;
  }
  const auto steps = folder.steps();
  if (recipe.resume_from_checkpoint == "auto" && !steps.empty()) return folder.checkpoint(steps.back());
  if (!steps.empty() && !folder.finished()) {
    throw UsageError(fmt::format("'{}' holds an unfinished run, at step {}", folder.path().string(), steps.back()),
                     "--resume goes on with it; remove the folder to start afresh");
  }
  folder.clear();
  return std::nullopt;
}

void write_adapter(const FinetuneRecipe& recipe, const CheckpointFolder& folder, std::int64_t step,
                   const model::AdapterRecord& record) {
  AtomicDirectory target(recipe.output_dir, /*replace=*/true);
  for (const char* name : {"adapter_config.json", "adapter_model.safetensors"}) {
    fs::copy_file(folder.checkpoint(step) / name, target.path() / name);
  }
  model::write_adapter_record(record, target.path());
  target.commit();
  folder.mark_finished(step);
}

FinetuneReport report_of(const Trainer& trainer, const TrainingData& data) {
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
  report.val_measures_first = state.first_validation_measures;
  report.val_measures_best = state.best_validation_measures;
  report.rollbacks = state.rollbacks;
  report.stopped_early = trainer.stopped_early();
  report.peak_rss_bytes = peak_memory_bytes();
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

}  // namespace

FinetuneReport finetune_lora(const FinetuneRecipe& recipe, const FinetuneHooks& hooks) {
  const auto start = std::chrono::steady_clock::now();
  Progress silent;
  FinetuneHooks used = hooks;
  if (used.progress == nullptr) used.progress = &silent;
  keep_freed_memory();
  at::set_num_threads(recipe.threads > 0 ? recipe.threads : available_processors());

  const CheckpointFolder folder(recipe.output_dir);
  const std::optional<fs::path> checkpoint = find_start(recipe, folder);
  const auto tokenizer = text::load_tokenizer(recipe.base_path);
  const auto chat_template = text::load_chat_template(recipe.base_path);
  TrainingData data = load_training_data(recipe, *tokenizer, chat_template.get());
  log_losses(data, recipe.sequence_len);

  model::Decoder decoder = model::Decoder::load(recipe.base_path, at::kFloat, base_format(recipe));
  const model::LoraConfig lora = attach(decoder, recipe);
  TrainerState state;
  state.recipe = training_recipe(recipe);
  state.data_fingerprint = data.fingerprint;
  state.base_fingerprint = base_fingerprint(recipe.base_path);
  state.tokenizer_fingerprint = tokenizer->fingerprint();
  if (recipe.preference.needs_reference()) {
    find_reference(decoder, recipe, state.base_fingerprint, folder.path() / "reference.safetensors", data,
                   *used.progress);
  }
  std::optional<model::Decoder> teacher;
  if (recipe.distillation.on()) {
    teacher = load_teacher(recipe, decoder.config(), state.tokenizer_fingerprint);
    state.recipe["teacher_fingerprint"] = base_fingerprint(recipe.distillation.teacher_path);
  }
  Trainer trainer(recipe, used, decoder, lora, data, teacher ? &*teacher : nullptr, std::move(state));
  if (checkpoint) trainer.resume(*checkpoint);
  trainer.run();

  FinetuneReport report = report_of(trainer, data);
  write_adapter(recipe, folder, report.best_step,
                {recipe.base_model, hooks.base_sha256, chat_template ? chat_template->fingerprint() : "",
                 tokenizer->fingerprint()});
  report.adapter = recipe.output_dir;
  report.resumed = checkpoint.has_value();
  report.wall_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

}  // namespace llmops::train
