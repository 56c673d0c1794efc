// Copies what is trained, and puts it back.
#include "train/rollback_point.h"

#include <ATen/core/grad_mode.h>

namespace llmops::train {
RollbackPoint::RollbackPoint(NamedTensors weights, Optimizer& optimizer)
    : live_(std::move(weights)), optimizer_(optimizer) {
  for (auto& [name, tensor] : optimizer.state()) {
    live_.emplace_back(name, tensor);
    ++state_count_;
  }
}

void RollbackPoint::copy() {
  const at::NoGradGuard no_grad;
  if (copies_.empty()) {
    for (const auto& [name, tensor] : live_) copies_.emplace_back(name, at::empty_like(tensor));
  }
  for (std::size_t i = 0; i < live_.size(); ++i) copies_[i].second.copy_(live_[i].second);
}

void RollbackPoint::keep(TrainerState& state) {
  copy();
  state.rollback_step = state.step;
  state.rollback_optimizer_steps = optimizer_.steps();
}

void RollbackPoint::restore(const TrainerState& state) {
  if (copies_.empty()) return;  // nothing was changed yet
  const at::NoGradGuard no_grad;
  for (std::size_t i = 0; i < live_.size(); ++i) live_[i].second.copy_(copies_[i].second);
  optimizer_.set_steps(state.rollback_optimizer_steps);
}

const NamedTensors& RollbackPoint::copies() {
  if (copies_.empty()) copy();
  return copies_;
}

}  // namespace llmops::train
