#include "train/attribute_probe.h"

#include <ATen/core/grad_mode.h>

#include "train/adversary.h"
#include "train/batch.h"
#include "train/groups.h"
#include "train/logistic_regression.h"
#include "train/own_batches.h"
#include "train/validation.h"

namespace llmops::train {
namespace {

constexpr std::size_t kMostExamples = 4096;
constexpr double kPenalty = 1;

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
  const LogisticRegression fit = fit_logistic_regression(train.states, at::one_hot(train.groups, groups), kPenalty);
  const at::Tensor scores = fit.scores(validation.states);  // (E, G)
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
