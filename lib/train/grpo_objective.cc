// Draws a window's answers, then the losses of their tokens.
#include "train/grpo_objective.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <numeric>

#include "core/files.h"
#include "train/checkpoint_folder.h"
#include "train/token_loss.h"

namespace llmops::train {

GrpoObjective::Answer answer_by_engine(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                                       TrainedWeights& weights, bool validates) {
  return [&recipe, &examples, &weights, validates](std::span<const MicroBatch> window, std::int64_t step) {
    const fs::path policy = CheckpointFolder(recipe.output_dir).path() / "policy";
    fs::create_directories(policy);
    weights.save(policy);
    Rollouts rollouts = answer_prompts(recipe, examples, window, policy, {validates, static_cast<std::uint64_t>(step)});
    fs::remove_all(policy);
    return rollouts;
  };
}

GrpoObjective::GrpoObjective(const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                             const model::Decoder* before, Answer answer, bool validates)
    : Objective(recipe, examples), before_(before), answer_(std::move(answer)), validates_(validates) {}

void GrpoObjective::begin(const model::Decoder&, std::span<const MicroBatch> window, std::int64_t step, Workers&) {
  rollouts_ = answer_(window, step);
  tokens_ = 0;
  for (const Example& answer : rollouts_.examples) tokens_ += static_cast<double>(answer.supervised_tokens);
}

WindowTokens GrpoObjective::tokens(std::span<const MicroBatch>) const {
  WindowTokens count;
  for (const Example& answer : rollouts_.examples) {
    count.all += answer.length();
    count.supervised += answer.supervised_tokens;
  }
  return count;
}

double GrpoObjective::token_weight(const Example& answer) const {
  const auto answers = static_cast<double>(rollouts_.examples.size());
  if (recipe_.grpo.loss_type == "dapo") return 1 / tokens_;
  if (recipe_.grpo.loss_type == "dr_grpo") return 1 / (answers * recipe_.grpo.max_completion_length);
  return 1 / (answers * static_cast<double>(answer.supervised_tokens));
}

at::Tensor GrpoObjective::log_probs(const model::Decoder& decoder, const Batch& batch) const {
  model::OutputHead head = decoder.head();
  head.scale /= recipe_.grpo.temperature;
  const at::Tensor states = predicting_states(decoder, batch, {recipe_.gradient_checkpointing});
  return -token_losses(states, head, batch.targets).cpu();
}

ObjectiveLoss GrpoObjective::loss(const model::Decoder& decoder, const MicroBatch& batch) {
  const auto share = static_cast<double>(batch.size()) / static_cast<double>(rollouts_.prompts.size());
  ObjectiveLoss found{at::zeros({}, at::kDouble), {}};
  for (const auto& [name, value] : rollouts_.measures) found.measures.emplace_back(name, value * share);
  const auto each = static_cast<std::ptrdiff_t>(rollouts_.answers_each);
  MicroBatch answers(batch.size() * static_cast<std::size_t>(each));
  const auto first = std::find(rollouts_.prompts.begin(), rollouts_.prompts.end(), batch.front());
  std::iota(answers.begin(), answers.end(), static_cast<std::uint32_t>((first - rollouts_.prompts.begin()) * each));
  if (validates_) {
    found.loss = at::scalar_tensor(-found.measures.front().second, at::TensorOptions(at::kDouble));
    return found;
  }
  std::vector<float> advantages, weights;
  for (const std::uint32_t answer : answers) {
    const Example& example = rollouts_.examples[answer];
    advantages.insert(advantages.end(), static_cast<std::size_t>(example.supervised_tokens),
                      static_cast<float>(rollouts_.advantages[answer]));
    weights.insert(weights.end(), static_cast<std::size_t>(example.supervised_tokens),
                   static_cast<float>(token_weight(example)));
  }
  const Batch laid = make_batch(rollouts_.examples, answers);
  const at::Tensor now = log_probs(decoder, laid);  // (M)
  const at::Tensor weight = at::tensor(at::ArrayRef<float>(weights), at::TensorOptions(at::kFloat));
  const at::Tensor ratio = (now - now.detach()).exp();  // to the model that drew the answers: 1, with a gradient
  at::Tensor each_token = -at::tensor(at::ArrayRef<float>(advantages), at::TensorOptions(at::kFloat));
  if (before_ != nullptr) {
    at::Tensor reference;
    {
      const at::NoGradGuard no_grad;
      reference = log_probs(*before_, laid);
    }
    const at::Tensor apart = (reference - now).exp() - (reference - now) - 1;
    each_token = each_token + recipe_.grpo.beta * apart;
    found.measures.emplace_back("kl", (apart.detach() / tokens_).sum(at::kDouble).item<double>());
  }
  found.loss = (ratio * each_token * weight).sum(at::kDouble);
  return found;
}

}  // namespace llmops::train
