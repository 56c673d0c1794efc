#include "train/attribute_probe.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

#include "train/adversary.h"
#include "train/batch.h"
#include "train/groups.h"
#include "train/own_batches.h"
#include "train/validation.h"

namespace llmops::train {
namespace {

constexpr std::size_t kMostExamples = 4096;
constexpr int kMostSteps = 1000;
constexpr double kSmallGradient = 1e-6;  // an example's, of the largest weight

/// (E, C) to (E, C + 1) float64: scaled as the training examples are, and a column of ones.
at::Tensor features(const at::Tensor& states, const at::Tensor& mean, const at::Tensor& deviation) {
  const at::Tensor scaled = (states.to(at::kDouble) - mean) / deviation;
  return at::cat({scaled, at::ones({states.size(0), 1}, at::kDouble)}, 1);
}

/// The minimum, by Newton's steps with a curvature that the true one never exceeds, X'X / 2 (Boehning, 1992), so that
/// it is factored once; with Nesterov's momentum, begun anew where it points uphill.
/// @param x  (E, C + 1) @param wanted  (E, G), one-hot @returns (C + 1, G)
at::Tensor fit(const at::Tensor& x, const at::Tensor& wanted) {
  const std::int64_t columns = x.size(1);
  const at::Tensor penalty = at::ones({columns, 1}, at::kDouble);
  penalty[columns - 1].fill_(0);
  const at::Tensor curvature = at::mm(x.t(), x) / 2 + at::diag(penalty.squeeze(1) + 1e-9);
  const at::Tensor factor = at::linalg_cholesky(curvature);
  at::Tensor weights = at::zeros({columns, wanted.size(1)}, at::kDouble), ahead = weights;
  double momentum = 1;
  for (int step = 0; step < kMostSteps; ++step) {
    const at::Tensor gradient = at::mm(x.t(), at::softmax(at::mm(x, ahead), 1) - wanted) + penalty * ahead;
    if (gradient.abs().max().item<double>() < kSmallGradient * static_cast<double>(x.size(0))) break;
    const at::Tensor next = ahead - at::cholesky_solve(gradient, factor);
    const bool uphill = ((next - weights) * gradient).sum().item<double>() > 0;
    const double faster = uphill ? 1 : (1 + std::sqrt(1 + 4 * momentum * momentum)) / 2;
    ahead = uphill ? next : next + (next - weights) * ((momentum - 1) / faster);
    weights = next;
    momentum = faster;
  }
  return weights;
}

std::vector<Example> evenly_taken(const std::vector<Example>& examples) {
  if (examples.size() <= kMostExamples) return examples;
  std::vector<Example> taken;
  for (std::size_t i = 0; i < kMostExamples; ++i) taken.push_back(examples[i * examples.size() / kMostExamples]);
  return taken;
}

ProbeSet probe_set(const model::Decoder& decoder, const FinetuneRecipe& recipe, const std::vector<Example>& examples,
                   Workers& workers, const std::function<void(std::int64_t)>& on_tokens) {
  const auto count = static_cast<std::int64_t>(examples.size());
  ProbeSet set = {at::zeros({count, decoder.config().hidden_size}), at::empty({count}, at::kLong)};
  for (std::int64_t i = 0; i < count; ++i) {
    set.groups.mutable_data_ptr<std::int64_t>()[i] = examples[static_cast<std::size_t>(i)].group;
  }
  const std::vector<MicroBatch> batches = plan_validation(examples, validation_tokens(recipe));
  for_own_batches(examples, batches, workers, [&](const MicroBatch& batch) {
    const Batch laid = make_batch(examples, batch);
    const at::Tensor states = pooled_states(decoder.hidden(laid.tokens, laid.segments), laid.segments);
    for (std::size_t i = 0; i < batch.size(); ++i) {
      set.states[batch[i]].copy_(states[static_cast<std::int64_t>(i)]);
    }
    on_tokens(batch_tokens(examples, {&batch, 1}));
  });
  workers.start_sum(set.states)();  // each row is of one rank, the others' are zero
  return set;
}

}  // namespace

ProbeReport probe_linearly(const ProbeSet& train, const ProbeSet& validation, std::int64_t groups) {
  const at::Tensor states = train.states.to(at::kDouble);
  const at::Tensor mean = states.mean(0, /*keepdim=*/true);
  const at::Tensor deviation = (states - mean).square().mean(0, /*keepdim=*/true).sqrt();
  const at::Tensor scale = deviation.masked_fill(deviation < 1e-12, 1);
  const at::Tensor weights = fit(features(states, mean, scale), at::one_hot(train.groups, groups).to(at::kDouble));
  const at::Tensor scores = at::mm(features(validation.states, mean, scale), weights);  // (E, G)
  const at::Tensor right = (scores.argmax(1) == validation.groups).to(at::kDouble);
  const at::Tensor counts = at::bincount(validation.groups, {}, groups).to(at::kDouble);
  const at::Tensor told = at::bincount(validation.groups, right, groups);
  const at::Tensor occurs = counts > 0;
  const at::Tensor common = at::bincount(train.groups, {}, groups).argmax();
  return {right.mean().item<double>(), (told / counts).masked_select(occurs).mean().item<double>(),
          (validation.groups == common).to(at::kDouble).mean().item<double>(),
          at::cross_entropy_loss(scores, validation.groups).item<double>()};
}

ProbeReport probe_attribute(const model::Decoder& decoder, const FinetuneRecipe& recipe, const TrainingData& data,
                            Workers& workers, Progress& progress) {
  const at::NoGradGuard no_grad;
  const std::vector<Example> train = evenly_taken(data.train);
  const auto on_tokens = start_pass(progress, "probe", {&train, &data.validation});
  const ProbeSet learnt = probe_set(decoder, recipe, train, workers, on_tokens);
  const ProbeSet judged = probe_set(decoder, recipe, data.validation, workers, on_tokens);
  progress.finish();
  return probe_linearly(learnt, judged, static_cast<std::int64_t>(data.groups.size()));
}

}  // namespace llmops::train
