// Works out what a run would do.
#include "train/finetune_preview.h"

#include <algorithm>

#include "core/error.h"
#include "model/lora_config.h"
#include "model/model_config.h"
#include "model/weight_layout.h"
#include "train/epoch_plan.h"
#include "train/optimizer_table.h"
#include "train/schedule.h"

namespace llmops::train {
namespace {

bool is_target(const std::string& layer, const FinetuneRecipe& recipe) {
  const auto& targets = recipe.lora_target_modules;
  return targets.empty() || std::any_of(targets.begin(), targets.end(), [&](const std::string& target) {
           return model::lora_target_matches(layer, target);
         });
}

std::int64_t trainable_parameters(const model::ModelConfig& config, const FinetuneRecipe& recipe) {
  std::int64_t count = 0;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    if (tensor.layer < 0 || tensor.shape.size() != 2) continue;
    const std::string name = tensor.name.substr(0, tensor.name.rfind('.'));
    if (is_target(name, recipe)) count += recipe.lora_r * (tensor.shape[0] + tensor.shape[1]);
  }
  return count;
}

/// For each trained number: its weight, gradient and moments, and what a rollback goes back to.
double trained_bytes(const FinetuneRecipe& recipe) {
  const double state = optimizer_row(recipe.optimizer).state_bytes;
  return 8 + state + (recipe.max_rollbacks > 0 ? 4 + state : 0);
}

/// Weights in float32; all that is trained; what the backward pass needs of a forward, in
/// floats a token and layer: seven linear inputs and outputs, normed copies, rotated heads, products of the gate.
std::uint64_t memory_estimate(const model::ModelConfig& c, const FinetunePreview& preview) {
  const FinetuneRecipe& recipe = preview.recipe;
  const double per_layer =
      12.0 * c.hidden_size + 5.0 * c.intermediate_size + 6.0 * c.kv_heads * c.head_size + 14.0 * recipe.lora_r;
  const double kept_layers = recipe.gradient_checkpointing ? 1 + c.layers * c.hidden_size / per_layer : c.layers;
  const double rows = static_cast<double>(recipe.micro_batch_size) *
                      static_cast<double>(std::min<std::int64_t>(
                          recipe.row_tokens(), recipe.sample_packing ? recipe.row_tokens() : preview.train.longest));
  constexpr double kLibraries = 350e6, kLogits = 150e6;
  return static_cast<std::uint64_t>(4.0 * static_cast<double>(preview.base_parameters) +
                                    trained_bytes(recipe) * static_cast<double>(preview.trainable_parameters) +
                                    4.0 * rows * per_layer * kept_layers + kLibraries + kLogits);
}

MaskedText masked(const Example& example, const text::Tokenizer& tokenizer) {
  MaskedText sample;
  for (std::size_t i = 0; i < example.tokens.size(); ++i) {
    const bool supervised = example.supervised[i] != 0;
    if (sample.runs.empty() || sample.runs.back().supervised != supervised) sample.runs.push_back({"", supervised});
    sample.runs.back().text += tokenizer.token_bytes(example.tokens[i], /*skip_special=*/false);
  }
  return sample;
}

void add_plan(const TrainingData& data, FinetunePreview& preview) {
  const FinetuneRecipe& r = preview.recipe;
  const auto plan = plan_steps(data.train, plan_options(r));
  std::int64_t forwards = 0;
  for (const PlannedStep& step : plan) {
    forwards += static_cast<std::int64_t>(step.micro_batches.size());
    preview.tokens += batch_tokens(data.train, step.micro_batches);
    preview.supervised_tokens += supervised_tokens(data.train, step.micro_batches);
  }
  preview.steps = static_cast<std::int64_t>(plan.size());
  preview.warmup_steps = Schedule(r, preview.steps).warmup_steps();
  preview.row_fill = static_cast<double>(preview.tokens) /
                     static_cast<double>(forwards * r.micro_batch_size * std::int64_t{r.row_tokens()});
}

}  // namespace

FinetunePreview preview_finetune(const FinetuneRecipe& recipe) {
  if (!std::filesystem::is_directory(recipe.base_path)) {
    throw InputError("'" + recipe.base_path.string() + "' is not a model folder");
  }
  const model::ModelConfig config = model::read_model_config(recipe.base_path);
  const auto tokenizer = text::load_tokenizer(recipe.base_path);
  const auto chat_template = text::load_chat_template(recipe.base_path);
  const TrainingData data = load_training_data(recipe, *tokenizer, chat_template.get());
  FinetunePreview preview;
  preview.recipe = recipe;
  preview.train = data.train_counts;
  preview.validation = data.validation_counts;
  preview.form = data.form;
  preview.base_parameters = config.parameter_count();
  preview.trainable_parameters = trainable_parameters(config, recipe);
  add_plan(data, preview);
  preview.memory_bytes = memory_estimate(config, preview);
  for (std::size_t i = 0; i < std::min<std::size_t>(2, data.train.size()); ++i) {
    preview.samples.push_back(masked(data.train[i], *tokenizer));
  }
  return preview;
}

}  // namespace llmops::train
