#include "train/answer_scores.h"

#include <ATen/core/grad_mode.h>

#include "train/own_batches.h"
#include "train/validation.h"

namespace llmops::train {
namespace {

at::Tensor floats(const std::vector<float>& values) {
  return at::tensor(at::ArrayRef<float>(values), at::TensorOptions(at::kFloat));
}

}  // namespace

AnswerScores answer_scores(const model::Decoder& decoder, const std::vector<Example>& examples,
                           const MicroBatch& chosen, const std::vector<float>& reference, bool checkpointing) {
  const Batch batch = make_batch(examples, chosen);
  const at::Tensor losses = batch_losses(decoder, batch, {checkpointing}).cpu();  // (M)
  std::vector<float> tokens, before;
  for (const std::uint32_t index : chosen) {
    tokens.push_back(static_cast<float>(examples[index].supervised_tokens));
    if (!reference.empty()) before.push_back(reference[index]);
  }
  AnswerScores scores;
  scores.sum = -at::zeros({static_cast<std::int64_t>(chosen.size())}, at::kFloat).index_add(0, batch.owners, losses);
  scores.tokens = floats(tokens);
  if (!reference.empty()) scores.reference = floats(before);
  return scores;
}

AnswerScores half_of(const AnswerScores& scores, int first) {
  const auto every_second = [&](const at::Tensor& all) {
    return all.defined() ? all.view({-1, 2}).select(1, first) : all;
  };
  return {every_second(scores.sum), every_second(scores.tokens), every_second(scores.reference)};
}

std::vector<float> answer_log_probs(const model::Decoder& decoder, const FinetuneRecipe& recipe,
                                    const std::vector<Example>& examples, Workers& workers,
                                    const std::function<void(std::int64_t)>& on_tokens) {
  const at::NoGradGuard no_grad;
  std::vector<float> sums(examples.size());
  if (sums.empty()) return sums;
  const std::vector<MicroBatch> batches = plan_validation(examples, validation_tokens(recipe));
  for_own_batches(examples, batches, workers, [&](const MicroBatch& batch) {
    const at::Tensor sum = answer_scores(decoder, examples, batch, {}, false).sum.contiguous();
    for (std::size_t i = 0; i < batch.size(); ++i) sums[batch[i]] = sum.const_data_ptr<float>()[i];
    on_tokens(batch_tokens(examples, {&batch, 1}));
  });
  workers.start_sum(at::from_blob(sums.data(), {static_cast<std::int64_t>(sums.size())}, at::kFloat))();
  return sums;
}

}  // namespace llmops::train
