// Works out what a run would do.
#include "train/finetune_preview.h"

#include <algorithm>

#include "core/error.h"
#include "model/lora_targets.h"
#include "model/lora_weights.h"
#include "model/model_config.h"
#include "model/saved_modules.h"
#include "model/weight_layout.h"
#include "train/epoch_plan.h"
#include "train/optimizer_table.h"
#include "train/recipe_adapter.h"
#include "train/schedule.h"

namespace llmops::train {
namespace {

std::int64_t elements(const model::ExpectedTensor& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t size : tensor.shape) count *= size;
  return count;
}

std::int64_t trainable_parameters(const model::ModelConfig& config, const FinetuneRecipe& recipe) {
  const model::LoraConfig lora = lora_config(recipe);
  const model::LoraTargets targets(lora);
  auto shapes = model::linear_shapes(config);
  std::int64_t count = 0;
  for (const model::ExpectedTensor& tensor : model::saved_tensors(config, lora)) {
    const bool counted_already =
        tensor.part == model::Part::kHead && config.tied_embeddings && lora.ensure_weight_tying;
    if (!counted_already) count += elements(tensor);
    shapes.erase(tensor.name.substr(0, tensor.name.rfind('.')));
  }
  std::vector<std::string> layers;
  for (const auto& [layer, unused] : shapes) layers.push_back(layer);
  for (const std::string& layer : targets.among(layers)) {
    const auto [out, in] = shapes.at(layer);
    count += targets.rank(layer) * (out + in) + (lora.use_dora || lora.lora_bias ? out : 0);
  }
  return count;
}

/// Bytes of the base's weights in memory, where the matrices of layers may have few bits.
double base_bytes(const model::ModelConfig& config, const FinetuneRecipe& recipe) {
  constexpr double kNf4Bytes = 0.5 + 1.0 / 64 + 4.0 / (64 * 256);  // a code; scales; their scales
  double bytes = 0;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    const bool quantized = tensor.layer >= 0 && tensor.shape.size() == 2 && tensor.part != model::Part::kRouter;
    const double each = quantized && recipe.load_in_4bit ? kNf4Bytes : quantized && recipe.load_in_8bit ? 1.0 : 4.0;
    bytes += each * static_cast<double>(elements(tensor));
  }
  return bytes;
}

/// Weights; adapter, gradient and the optimizer's state; what the backward pass needs of a forward, in
/// floats a token and layer: seven linear inputs and outputs, normed copies, rotated heads, products of the gate.
std::uint64_t memory_estimate(const model::ModelConfig& c, const FinetunePreview& preview) {
  const FinetuneRecipe& recipe = preview.recipe;
  const double per_layer =
      12.0 * c.hidden_size + 5.0 * c.intermediate_size + 6.0 * c.kv_heads * c.head_size + 14.0 * recipe.lora_r;
  const double kept_layers = recipe.gradient_checkpointing ? 1 + c.layers * c.hidden_size / per_layer : c.layers;
  const double rows = static_cast<double>(recipe.micro_batch_size) *
                      static_cast<double>(std::min<std::int64_t>(
                          recipe.sequence_len, recipe.sample_packing ? recipe.sequence_len : preview.train.longest));
  constexpr double kLibraries = 350e6, kLogits = 150e6;
  return static_cast<std::uint64_t>(base_bytes(c, recipe) +
                                    (8.0 + optimizer_row(recipe.optimizer).state_bytes) *
                                        static_cast<double>(preview.trainable_parameters) +
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
    for (const MicroBatch& batch : step.micro_batches) {
      ++forwards;
      for (const std::uint32_t index : batch) {
        preview.tokens += data.train[index].length();
        preview.supervised_tokens += data.train[index].supervised_tokens;
      }
    }
  }
  preview.steps = static_cast<std::int64_t>(plan.size());
  preview.warmup_steps = Schedule(r, preview.steps).warmup_steps();
  preview.row_fill = static_cast<double>(preview.tokens) /
                     static_cast<double>(forwards * r.micro_batch_size * std::int64_t{r.sequence_len});
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
