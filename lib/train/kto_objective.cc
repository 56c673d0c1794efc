#include "train/kto_objective.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "train/answer_scores.h"
#include "train/own_batches.h"

namespace llmops::train {
namespace {

/// Every second example: the answers, or the mismatched ones.
MicroBatch half_of(const MicroBatch& batch, std::size_t first) {
  MicroBatch half;
  for (std::size_t i = first; i < batch.size(); i += 2) half.push_back(batch[i]);
  return half;
}

}  // namespace

void KtoObjective::begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t,
                         Workers& workers) {
  const at::NoGradGuard no_grad;
  answers_ = desirable_ = 0;
  double distance = 0;
  for_own_batches(examples_, window, workers, [&](const MicroBatch& batch) {
    const AnswerScores scores = answer_scores(decoder, examples_, half_of(batch, 1), reference_, false);
    distance += (scores.sum - scores.reference).sum(at::kDouble).item<double>();
  });
  for (const MicroBatch& batch : window) {
    answers_ += static_cast<double>(batch.size()) / 2;
    for (const std::uint32_t index : half_of(batch, 0)) desirable_ += examples_[index].desirable ? 1 : 0;
  }
  kl_ = std::max(0.0, workers.sum(distance) / answers_);
}

ObjectiveLoss KtoObjective::loss(const model::Decoder& decoder, const MicroBatch& batch) {
  const MicroBatch judged = half_of(batch, 0);
  std::vector<std::uint8_t> labels;
  for (const std::uint32_t index : judged) labels.push_back(examples_[index].desirable ? 1 : 0);
  const at::Tensor desirable = at::tensor(at::ArrayRef<std::uint8_t>(labels), at::kByte).to(at::kBool);
  const AnswerScores scores = answer_scores(decoder, examples_, judged, reference_, recipe_.gradient_checkpointing);
  const at::Tensor losses = kto_losses(recipe_.preference, scores, desirable, kl_);
  const at::Tensor rewards = recipe_.preference.rl_beta * (scores.sum - scores.reference).detach();

  // Means over the answers of either kind; nothing where the window has none.
  const auto mean = [&](const at::Tensor& values, const at::Tensor& which, double count) {
    return count == 0 ? 0.0 : values.detach().masked_select(which).sum(at::kDouble).item<double>() / count;
  };
  const at::Tensor disliked = desirable.logical_not();
  const double up = mean(rewards, desirable, desirable_), down = mean(rewards, disliked, answers_ - desirable_);
  return {losses.sum(at::kDouble) / answers_,
          {{"rewards/chosen", up},
           {"rewards/rejected", down},
           {"rewards/margins", up - down},
           {"logps/chosen", mean(scores.sum, desirable, desirable_)},
           {"logps/rejected", mean(scores.sum, disliked, answers_ - desirable_)},
           {"kl", kl_ * static_cast<double>(judged.size()) / answers_}}};
}

}  // namespace llmops::train
