// Hand-over between the thread that asks for scores and the one that computes them.
#include "infer/score_job.h"

#include <chrono>

#include "core/cancel.h"
#include "core/error.h"

namespace llmops::infer {

bool ScoreJob::advance(const model::Decoder& decoder) {
  std::exception_ptr error;
  std::size_t next = 0;
  std::unique_lock lock(mutex_);
  if (!stop_) {
    const std::size_t begin = done_;
    lock.unlock();
    try {
      next = score_some(decoder, sequences_, begin, scores_);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    if (error == nullptr) done_ = next;
    error_ = error;
  }
  finished_ = stop_ || error_ != nullptr || done_ == sequences_.size();
  changed_.notify_all();
  return !finished_;
}

void ScoreJob::abandon() {
  const std::lock_guard lock(mutex_);
  stop_ = finished_ = true;
  changed_.notify_all();
}

std::vector<SequenceScore> ScoreJob::wait(const std::function<void(std::size_t)>& on_done) {
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
