#include "train/debias_objective.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "train/batch.h"
#include "train/supervised_objective.h"
#include "train/token_loss.h"

namespace llmops::train {

void DebiasObjective::begin(const model::Decoder& decoder, std::span<const MicroBatch> window, std::int64_t step,
                            Workers&) {
  supervised_ = static_cast<double>(supervised_tokens(examples_, window));
  std::vector<std::uint32_t> chosen;
  for (const MicroBatch& batch : window) chosen.insert(chosen.end(), batch.begin(), batch.end());
  window_examples_ = static_cast<double>(chosen.size());
  adversary_.refit();
  strength_ = recipe_.debias.weight * confusion_ramp(static_cast<double>(step) / static_cast<double>(steps_));
  rows_.clear();
  if (!at::GradMode::is_enabled()) return;  // nothing is remembered of validation
  const std::size_t kept = std::min(chosen.size(), static_cast<std::size_t>(recipe_.debias.memory));
  const auto rows = static_cast<std::int64_t>(kept);
  states_ = at::zeros({rows, decoder.config().hidden_size});
  groups_ = at::empty({rows}, at::kLong);
  for (std::int64_t row = 0; row < rows; ++row) {
    const std::uint32_t index = chosen[chosen.size() - kept + static_cast<std::size_t>(row)];
    groups_[row].fill_(examples_[index].group);
    rows_[index] = row;
  }
}

ObjectiveLoss DebiasObjective::loss(const model::Decoder& decoder, const MicroBatch& chosen) {
  const Batch batch = make_batch(examples_, chosen);
  const LossOptions options = supervised_options(recipe_, decoder, batch);
  const at::Tensor hidden = decoder.hidden(batch.tokens, batch.segments, options.checkpointing, options.noise);
  const at::Tensor predicting = hidden.index_select(0, batch.predictors.to(hidden.device()));
  const at::Tensor answers =
      token_losses(predicting, decoder.head(), batch.targets, 0, options.smoothing).sum(at::kDouble) / supervised_;

  std::vector<std::int64_t> groups;
  double majority = 0;
  for (const std::uint32_t index : chosen) {
    groups.push_back(examples_[index].group);
    majority += examples_[index].group == majority_ ? 1 : 0;
  }
  const at::Tensor wanted = at::tensor(at::ArrayRef<std::int64_t>(groups), at::kLong);
  const at::Tensor states = pooled_states(hidden, batch.segments);
  note(chosen, states.detach());
  const at::Tensor guesses = adversary_.logits(states).log_softmax(1);  // (E, G)
  const at::Tensor missed = at::nll_loss(guesses, wanted, {}, at::Reduction::Sum) / window_examples_;
  const at::Tensor confusion = -(guesses * adversary_.shares()).sum() * (strength_ / window_examples_);
  const double right = (guesses.argmax(1) == wanted).sum().item<double>();
  return {answers + (confusion - confusion.detach()),  // its gradient, and no loss
          {{"adversary_loss", missed.item<double>()},
           {"adversary_accuracy", right / window_examples_},
           {"adversary_majority", majority / window_examples_}}};
}

void DebiasObjective::note(const MicroBatch& chosen, const at::Tensor& states) {
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const auto row = rows_.find(chosen[i]);
    if (row != rows_.end()) states_[row->second].copy_(states[static_cast<std::int64_t>(i)]);
  }
}

void DebiasObjective::end(Workers& workers) {
  workers.start_sum(states_)();  // each row is of one rank, the others' are zero
}

void DebiasObjective::accepted() { adversary_.remember(states_, groups_); }

}  // namespace llmops::train
