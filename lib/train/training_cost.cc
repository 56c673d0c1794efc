// Estimates memory and arithmetic of a run.
#include "train/training_cost.h"

#include <algorithm>
#include <filesystem>

#include "model/lora_targets.h"
#include "model/lora_weights.h"
#include "model/saved_modules.h"
#include "model/weight_layout.h"
#include "train/optimizer_table.h"
#include "train/recipe_adapter.h"
#include "train/unfrozen.h"

namespace llmops::train {
namespace {

/// Of the peak: small matrices, norms and softmax keep a run from it.
constexpr double kShareOfPeak = 0.5;

std::int64_t elements(const model::ExpectedTensor& tensor) {
  std::int64_t count = 1;
  for (const std::int64_t size : tensor.shape) count *= size;
  return count;
}

bool is_layer_matrix(const model::ExpectedTensor& tensor) { return tensor.layer >= 0 && tensor.shape.size() == 2; }

std::int64_t trained_parameters(const model::ModelConfig& config, const FinetuneRecipe& recipe) {
  std::int64_t count = 0;
  for (const model::ExpectedTensor& tensor : unfrozen_tensors(config, recipe)) count += elements(tensor);
  if (!recipe.trains_adapter()) return count;
  const model::LoraConfig lora = lora_config(recipe);
  const model::LoraTargets targets(lora);
  auto shapes = model::linear_shapes(config);
  for (const model::ExpectedTensor& tensor : model::saved_tensors(config, lora)) {
    const bool counted_already =
        tensor.part == model::Part::kHead && config.tied_embeddings && lora.ensure_weight_tying;
    if (!counted_already) count += elements(tensor);
    shapes.erase(tensor.name.substr(0, tensor.name.rfind('.')));
  }
  std::vector<std::string> layers;
  layers.reserve(shapes.size());
  for (const auto& [layer, unused] : shapes) layers.push_back(layer);
  for (const std::string& layer : targets.among(layers)) {
    const auto [out, in] = shapes.at(layer);
    count += targets.rank(layer) * (out + in) + (lora.use_dora || lora.lora_bias ? out : 0);
  }
  return count;
}

/// Of the base's weights in memory, where the matrices of layers may have few bits.
double base_bytes(const model::ModelConfig& config, const FinetuneRecipe& recipe) {
  constexpr double kNf4Bytes = 0.5 + 1.0 / 64 + 4.0 / (64 * 256);  // a code; scales; their scales
  double bytes = 0;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    const bool quantized = is_layer_matrix(tensor) && tensor.part != model::Part::kRouter;
    const double dense = recipe.bf16 && recipe.trains_adapter() ? 2.0 : 4.0;
    const double each = quantized && recipe.load_in_4bit ? kNf4Bytes : quantized && recipe.load_in_8bit ? 1.0 : dense;
    bytes += each * static_cast<double>(elements(tensor));
  }
  return bytes;
}

/// The weights as they lie on disk, which is how the engine holds them.
double stored_bytes(const model::ModelConfig& config, const FinetuneRecipe& recipe) {
  double bytes = 0;
  std::error_code absent;
  for (const auto& entry : std::filesystem::directory_iterator(recipe.base_path, absent)) {
    if (entry.path().extension() == ".safetensors") bytes += static_cast<double>(entry.file_size());
  }
  return bytes > 0 && recipe.trains_adapter() ? bytes : 4.0 * static_cast<double>(config.parameter_count());
}

/// Of a teacher that is asked while the student learns; one that was asked before is gone by then.
double teacher_bytes(const FinetuneRecipe& recipe) {
  const std::filesystem::path& teacher = recipe.distillation.teacher_path;
  if (!recipe.distillation.on() || recipe.distillation.offline() || !std::filesystem::is_directory(teacher)) return 0;
  return 4.0 * static_cast<double>(model::read_model_config(teacher).parameter_count());
}

/// Of the layers' matrices.
double layer_weights(const model::ModelConfig& config) {
  double count = 0;
  for (const model::ExpectedTensor& tensor : model::expected_tensors(config)) {
    if (is_layer_matrix(tensor)) count += static_cast<double>(elements(tensor));
  }
  return count;
}

/// For each trained number, beside the base: its moments and either its weight, in an adapter, whose gradients come
/// while activations go, or its gradient, where the base's own weight is trained; and what a rollback goes back to.
double trained_bytes(const FinetuneRecipe& recipe) {
  const double bytes = 4 + optimizer_row(recipe.optimizer).state_bytes;
  return recipe.max_rollbacks > 0 ? 2 * bytes : bytes;
}

/// What the backward pass needs of a layer's forward: residuals, normed copies, heads, products of the gate.
double floats_per_token_and_layer(const model::ModelConfig& c, const FinetuneRecipe& recipe) {
  return 9.0 * c.hidden_size + 5.0 * c.intermediate_size + 2.0 * c.kv_heads * c.head_size + 7.0 * recipe.lora_r;
}

std::uint64_t peak_memory(const model::ModelConfig& c, const FinetuneRecipe& recipe, std::int64_t trainable,
                          std::int64_t largest_batch) {
  constexpr double kLibrariesAndLogits = 280e6;
  const double layer = floats_per_token_and_layer(c, recipe);
  // Recomputing keeps each layer's input, and some layers' worth for the one at work, its gradients, and freed memory
  // that the allocator holds.
  const double floats = recipe.gradient_checkpointing ? 5 * layer + 1.0 * c.layers * c.hidden_size : c.layers * layer;
  return static_cast<std::uint64_t>(base_bytes(c, recipe) + trained_bytes(recipe) * static_cast<double>(trainable) +
                                    (recipe.bf16 ? 2.0 : 4.0) * static_cast<double>(largest_batch) * floats +
                                    teacher_bytes(recipe) + kLibrariesAndLogits);
}

/// Forward, and gradients to the inputs; to the weights only where they are trained.
double multiply_adds(const model::ModelConfig& c, const FinetuneRecipe& recipe, double weights, double trained,
                     const Example& example) {
  const auto length = static_cast<double>(example.length());
  const double passes = recipe.gradient_checkpointing ? 3 : 2;
  const double scores = 2.0 * c.layers * c.heads * c.head_size * length / 2;  // a token, forward: with keys and values
  const double a_token =
      passes * weights + (recipe.trains_adapter() ? passes + 1 : 1) * trained + (passes + 1.5) * scores;
  const double head_rows = c.labels > 0 ? 1 : static_cast<double>(example.supervised_tokens);
  const double head = 2.0 * c.outputs() * c.hidden_size * head_rows;
  return length * a_token + head;
}

}  // namespace

TrainingCost training_cost(const model::ModelConfig& config, const FinetuneRecipe& recipe,
                           const std::vector<Example>& examples, const std::vector<PlannedStep>& plan) {
  TrainingCost cost;
  cost.trainable_parameters = trained_parameters(config, recipe);
  const double weights = layer_weights(config);
  const auto trained = static_cast<double>(cost.trainable_parameters);
  std::int64_t largest_batch = 0;
  for (const PlannedStep& step : plan) {
    for (const MicroBatch& batch : step.micro_batches) {
      std::int64_t tokens = 0;
      for (const std::uint32_t index : batch) {
        tokens += examples[index].length();
        cost.multiply_adds += multiply_adds(config, recipe, weights, trained, examples[index]);
      }
      largest_batch = std::max(largest_batch, tokens);
    }
  }
  if (recipe.grpo.on() || !recipe.validation.eval_tasks.empty()) {
    cost.engine_bytes = static_cast<std::uint64_t>(stored_bytes(config, recipe));
  }
  cost.memory_bytes = peak_memory(config, recipe, cost.trainable_parameters, largest_batch) + cost.engine_bytes;
  return cost;
}

double training_seconds(const TrainingCost& cost, double gmac_s) {
  return cost.multiply_adds / (kShareOfPeak * gmac_s * 1e9);
}

}  // namespace llmops::train
