#include "infer/scheduler.h"

#include <algorithm>

#include "core/error.h"

namespace llmops::infer {

/// First come, first served: one that does not fit yet is not overtaken. A block for each one that runs is left, or
/// they would preempt the new one at once.
void Scheduler::admit() {
  while (!waiting_.empty() && running_.size() < limits_.max_batch) {
    GeneratingSequence& next = *waiting_.front();
    const auto spare = static_cast<std::int32_t>(running_.size());
    while (!next.enter(spare)) {
      if (!take_from_scoring()) return;
    }
    running_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void Scheduler::preempt_last() {
  running_.back()->leave();
  waiting_.push_front(std::move(running_.back()));
  running_.pop_back();
  ++counts_.preemptions;
}

/// Room for all tokens of running_[index]. @returns false when it had to go itself
bool Scheduler::make_room(std::size_t index) {
  GeneratingSequence& sequence = *running_[index];
  while (!sequence.table().reserve(static_cast<std::int64_t>(sequence.tokens().size()))) {
    if (sequence.take_back_guesses() || take_from_scoring()) continue;
    const bool itself = index + 1 == running_.size();
    preempt_last();
    if (itself) return false;
  }
  return true;
}

/// A step runs no more tokens with guesses than it may without.
void Scheduler::guess() {
  if (drafter_ == nullptr) return;
  decoding_.clear();
  for (const auto& sequence : running_) {
    if (sequence->decodes()) decoding_.push_back(sequence.get());
  }
  const auto most = limits_.step_tokens / std::max<std::int64_t>(1, static_cast<std::int64_t>(decoding_.size()));
  if (most > 1) drafter_->draft(decoding_, static_cast<std::size_t>(most - 1));
  std::erase_if(running_, [](const auto& sequence) { return sequence->finished(); });  // by an error
}

void Scheduler::plan_decodes(std::int64_t& budget) {
  for (std::size_t i = 0; i < running_.size(); ++i) {
    GeneratingSequence& sequence = *running_[i];
    if (!sequence.decodes()) continue;
    if (!make_room(i)) return;
    const std::int64_t begin = sequence.table().stored();
    const auto end = static_cast<std::int64_t>(sequence.tokens().size());
    budget = std::max<std::int64_t>(0, budget - (end - begin));
    pieces_.push_back({&sequence, begin, end});
  }
}

void Scheduler::plan_prompts(std::int64_t& budget) {
  for (const auto& sequence : running_) {
    if (sequence->decodes() || budget == 0) continue;
    const std::int64_t begin = sequence->table().stored();
    const auto end = std::min(static_cast<std::int64_t>(sequence->tokens().size()), begin + budget);
    budget -= end - begin;
    pieces_.push_back({sequence.get(), begin, end});
  }
}

std::span<const StepPiece> Scheduler::plan() {
  pieces_.clear();
  admit();
  guess();
  std::int64_t budget = limits_.step_tokens;
  plan_decodes(budget);
  plan_prompts(budget);
  for (const StepPiece& piece : pieces_) static_cast<GeneratingSequence*>(piece.member)->mark_started();
  if (!scoring_.empty() && budget > 0) scoring_.front()->plan(budget, pieces_);
  return pieces_;
}

void Scheduler::sweep() {
  std::erase_if(running_, [](const auto& sequence) { return sequence->finished(); });
  if (!scoring_.empty() && scoring_.front()->sweep()) scoring_.pop_front();
}

void Scheduler::cancel(const std::set<Engine::RequestId>& ids) {
  const auto cancelled = [&](const auto& sequence) {
    if (ids.contains(sequence->id())) sequence->cancel();
    return sequence->finished();
  };
  if (ids.empty()) return;
  std::erase_if(waiting_, cancelled);
  std::erase_if(running_, cancelled);
}

void Scheduler::fail_all(const std::string& message) {
  for (const auto& sequence : running_) sequence->fail(message);
  running_.clear();
  if (scoring_.empty()) return;
  scoring_.front()->abandon(std::make_exception_ptr(SystemError(message)));
  scoring_.pop_front();
}

void Scheduler::close() {
  for (const auto& sequence : running_) sequence->cancel();
  for (const auto& sequence : waiting_) sequence->cancel();
  running_.clear();
  waiting_.clear();
  scoring_.clear();
}

}  // namespace llmops::infer
