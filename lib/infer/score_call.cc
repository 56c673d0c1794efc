#include "infer/score_call.h"

#include <chrono>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::infer {

void ScoreCall::deliver(std::size_t sequence, SequenceScore score) {
  const std::lock_guard lock(mutex_);
  scores_[sequence] = std::move(score);
  ++done_;
  changed_.notify_all();
}

bool ScoreCall::stopped() const {
  const std::lock_guard lock(mutex_);
  return stop_;
}

void ScoreCall::finish(std::exception_ptr error) {
  const std::lock_guard lock(mutex_);
  error_ = std::move(error);
  finished_ = true;
  changed_.notify_all();
}

std::vector<SequenceScore> ScoreCall::wait(const std::function<void(std::size_t)>& on_done) {
  std::size_t told = 0;
  std::exception_ptr listener_error;
  std::unique_lock lock(mutex_);
  while (!finished_) {
    changed_.wait_for(lock, std::chrono::milliseconds(50));
    if (cancel_requested()) stop_ = true;
    if (on_done && done_ != told && listener_error == nullptr) {
      told = done_;
      lock.unlock();
      try {
        on_done(told);
      } catch (...) {
        listener_error = std::current_exception();  // thrown once the engine's thread has let go of our memory
      }
      lock.lock();
      if (listener_error != nullptr) stop_ = true;
    }
  }
  if (listener_error != nullptr) std::rethrow_exception(listener_error);
  if (error_ != nullptr) std::rethrow_exception(error_);
  if (done_ != sequences_.size()) {
    if (cancel_requested()) throw Interrupted();
    throw SystemError("the engine was closed while it scored");
  }
  return std::move(scores_);
}

}  // namespace llmops::infer
