// The training loop.
#include "train/trainer.h"

#include <ATen/Context.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/cancel.h"
#include "core/error.h"
#include "core/log.h"
#include "train/batch.h"
#include "train/checkpoint.h"
#include "train/loss_watchdog.h"
#include "train/random.h"
#include "train/shared_loss.h"

namespace llmops::train {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

Trainer::Trainer(const FinetuneRecipe& recipe, const FinetuneHooks& hooks, model::Decoder& decoder,
                 TrainedWeights& weights, const TrainingData& data, const Companions& companions, TrainerState state,
                 Workers& workers)
    : recipe_(recipe),
      hooks_(hooks),
      decoder_(decoder),
      weights_(weights),
      data_(data),
      state_(std::move(state)),
      workers_(workers),
      folder_(recipe.output_dir),
      plan_(plan_steps(data.train, plan_options(recipe))),
      schedule_(recipe, static_cast<std::int64_t>(plan_.size())),
      gradients_(workers, weights.tensors(), {recipe.distributed.zero_stage, recipe.distributed.ddp_bucket_cap_mb}),
      optimizer_(make_optimizer(recipe, gradients_.own())),
      objective_(make_objective(recipe, data, companions, weights, static_cast<std::int64_t>(plan_.size()),
                                /*validates=*/false)),
      validation_objective_(make_objective(recipe, data, companions, weights, static_cast<std::int64_t>(plan_.size()),
                                           /*validates=*/true)) {
  state_.max_steps = static_cast<std::int64_t>(plan_.size());
  last_step_ =
      recipe.stop_at_step > 0 ? std::min<std::int64_t>(recipe.stop_at_step, state_.max_steps) : state_.max_steps;
  if (recipe.max_rollbacks > 0) rollback_ = std::make_unique<RollbackPoint>(named(weights.tensors()), *optimizer_);
}

void Trainer::resume(const std::filesystem::path& checkpoint) {
  state_ = load_checkpoint(checkpoint, weights_, *optimizer_, rollback_.get(), state_);
  saved_step_ = state_.step;
}

std::int64_t Trainer::trainable_parameters() const {
  std::int64_t count = 0;
  for (const TrainedTensor& trained : weights_.tensors()) count += trained.tensor.numel();
  return count;
}

double Trainer::tokens_per_s() const {
  return training_seconds_ > 0 ? static_cast<double>(trained_tokens_) / training_seconds_ : 0;
}

void Trainer::run() {
  std::uint64_t total = 0;
  for (std::int64_t step = state_.step; step < last_step_; ++step) {
    total += static_cast<std::uint64_t>(batch_tokens(data_.train, plan_[static_cast<std::size_t>(step)].micro_batches));
  }
  hooks_.progress->start("finetune", total, "tok");
  try {
    if (state_.step == 0 && recipe_.eval_on_start) validate_at_start();
    while (state_.step < last_step_ && !stopped_early_) {
      const PlannedStep& planned = plan_[static_cast<std::size_t>(state_.step)];
      in_step_ = true;
      step(planned);
      in_step_ = false;
      after_step(planned);
    }
  } catch (const Interrupted&) {
    save_interrupted();
    throw;
  } catch (const WorkerLost& error) {
    leave(error);
  }
  hooks_.progress->finish(fmt::format("loss {:.4f}", state_.loss_last));
}

double Trainer::accumulate(const PlannedStep& planned, Measures& measures) {
  double loss = 0;
  objective_->begin(decoder_, planned.micro_batches, state_.step, workers_);
  const WorkShare mine = share_of(data_.train, planned.micro_batches, workers_.rank(), workers_.size());
  for (std::size_t round = 0; round < mine.rounds; ++round) {
    workers_.throw_if_any_cancelled();
    const auto i = mine.in_round(round);
    if (!i) continue;
    // Dropout and noise draw from libtorch's generator; seeding it by the position in the whole job's step makes it
    // independent of what ran before, and of how many ranks there are.
    at::manual_seed(Random({recipe_.seed, kDropoutStream, static_cast<std::uint64_t>(state_.step), *i}).next());
    const ObjectiveLoss share = objective_->loss(decoder_, planned.micro_batches[*i]);
    loss += share.loss.item<double>();
    add_measures(measures, share.measures);
    if (round + 1 == mine.rounds) gradients_.start_last_backward();
    share.loss.backward();
  }
  gradients_.finish();
  objective_->end(workers_);
  sum_over_ranks(workers_, loss, measures);
  return loss;
}

void Trainer::step(const PlannedStep& planned) {
  const auto start = std::chrono::steady_clock::now();
  log_.rollback.reset();
  gradients_.clear();
  Measures measures;
  const double loss = accumulate(planned, measures);
  const WindowTokens tokens = objective_->tokens(planned.micro_batches);
  const double norm = gradients_.clip(recipe_.max_grad_norm);
  const std::string problem = problem_of_step(loss, norm, state_.recent_losses, recipe_.loss_spike_factor);
  const std::int64_t this_step = state_.step + 1;
  double rate = 0;
  if (problem.empty()) {
    rate = change_weights(loss);
  } else {
    roll_back(problem, this_step);
  }
  state_.step = this_step;
  state_.optimizer_steps = optimizer_->steps();
  state_.tokens += tokens.all;
  state_.supervised_tokens += tokens.supervised;
  state_.epoch = planned.epoch_after;
  planned_tokens_ += batch_tokens(data_.train, planned.micro_batches);
  trained_tokens_ += tokens.all;
  training_seconds_ += seconds_since(start);
  log_ = {state_.step,    state_.epoch, loss,         rate, norm,         state_.tokens, state_.supervised_tokens,
          tokens_per_s(), measures,     std::nullopt, {},   log_.rollback};
}

double Trainer::change_weights(double loss) {
  if (rollback_) rollback_->keep(state_);
  if (state_.recent_losses.empty()) state_.loss_first = loss;
  state_.loss_last = loss;
  remember_loss(state_.recent_losses, loss);
  const double rate = optimizer_->step(schedule_.learning_rate(state_.step));
  gradients_.share_weights();
  objective_->accepted();
  return rate;
}

void Trainer::roll_back(const std::string& problem, std::int64_t step) {
  if (static_cast<std::int64_t>(state_.rollbacks.size()) >= recipe_.max_rollbacks) {
    throw InputError(
        fmt::format("{} at step {}{}", problem, step,
                    state_.rollbacks.empty() ? "" : fmt::format(", after {} rollbacks", state_.rollbacks.size())),
        fmt::format(
            "lower 'learning_rate' ({}); one of the checkpoints up to step {} in '{}' may be its 'lora_model_dir'",
            recipe_.learning_rate, std::max<std::int64_t>(0, saved_step_), folder_.path().string()));
  }
  rollback_->restore(state_);
  state_.rollbacks.push_back({step, state_.rollback_step, problem});
  state_.optimizer_steps = optimizer_->steps();
  log_.rollback = state_.rollbacks.back();
  if (!workers_.first()) return;
  log_warning(fmt::format("{} at step {}: went back to the weights of step {}, and on with the data that follows",
                          problem, step, state_.rollback_step));
}

void Trainer::after_step(const PlannedStep& planned) {
  validate_if_due(planned);
  record(log_);
  report_progress(log_);
  if (save_is_due(planned, log_.validation_loss.has_value())) save();
}

bool Trainer::save_is_due(const PlannedStep& planned, bool validated) const {
  if (improved_ || stopped_early_ || state_.step == last_step_) return true;
  if (recipe_.save_steps > 0) return state_.step % recipe_.save_steps == 0;
  return validated || (data_.validation.empty() && planned.ends_epoch);
}

void Trainer::record(const StepLog& log) {
  const bool logged = log.step % recipe_.logging_steps == 0 || log.step == last_step_ || log.rollback;
  if (logged) state_.log_history.push_back(log.history());
  if (log.validation_loss) state_.log_history.push_back(log.validation_history());
  if ((logged || log.validation_loss) && hooks_.on_step) hooks_.on_step(log);
}

void Trainer::report_progress(const StepLog& log) {
  std::string note = fmt::format("step {}/{}, loss {:.4f}", log.step, state_.max_steps, log.loss);
  if (last_validation_loss_) note += fmt::format(", val {:.4f}", *last_validation_loss_);
  note += fmt::format(", lr {:.1e}", log.learning_rate);
  hooks_.progress->update(static_cast<std::uint64_t>(planned_tokens_), note);
}

void Trainer::save() {
  NamedTensors optimizer = optimizer_->state(), rollback;
  if (rollback_) rollback = rollback_->copies();
  if (gradients_.sharded()) {
    optimizer = collect_tensors(workers_, optimizer);
    // Every rank has copies of all weights, which come first.
    if (rollback_ && !workers_.first()) rollback.erase(rollback.begin(), rollback.end() - rollback_->state_count());
    rollback = collect_tensors(workers_, rollback);
  }
  if (workers_.first()) write_checkpoint(optimizer, rollback);
  saved_step_ = state_.step;
}

void Trainer::write_checkpoint(const NamedTensors& optimizer, const NamedTensors& rollback) {
  save_checkpoint(folder_.checkpoint(state_.step), weights_, optimizer, rollback, state_);
  folder_.prune(recipe_.save_total_limit, state_.best_step);
}

void Trainer::save_interrupted() {
  if (state_.step == 0) return;
  clear_cancel();  // or writing would stop at once; set again for whoever records the run
  if (saved_step_ != state_.step) save();
  request_cancel();
  if (!workers_.first()) return;
  log_info(fmt::format("saved '{}'; add --resume to go on from step {}", folder_.checkpoint(state_.step).string(),
                       state_.step));
}

/// Where every rank has the optimizer's state, the step before the one that was not finished can still be saved.
void Trainer::leave(const WorkerLost& error) {
  if (in_step_ && workers_.first() && !gradients_.sharded() && state_.step > 0 && saved_step_ != state_.step) {
    clear_cancel();  // a launcher stops all ranks when one ends
    write_checkpoint(optimizer_->state(), rollback_ ? rollback_->copies() : NamedTensors());
    saved_step_ = state_.step;
  }
  if (saved_step_ <= 0) {
    throw WorkerLost(error.what(), "see what that rank wrote; no checkpoint was written yet: lower 'save_steps'");
  }
  throw WorkerLost(error.what(), fmt::format("see what that rank wrote; --resume goes on from step {}, with as many "
                                             "ranks as you like",
                                             saved_step_));
}

}  // namespace llmops::train
