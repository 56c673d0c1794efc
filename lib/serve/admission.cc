// The bounded queue.
#include "serve/admission.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "serve/api_error.h"

namespace llmops::serve {

void Admission::enter(int requests, std::int64_t prefill_tokens) {
  const std::lock_guard lock(mutex_);
  // An empty queue takes anything the context takes, or a long prompt could never be answered.
  const bool full = waiting_ > 0 && (waiting_ + requests > limits_.max_waiting ||
                                     prefill_tokens_ + prefill_tokens > limits_.max_prefill_tokens);
  if (full) {
    ApiError error(
        429, "rate_limit_error",
        fmt::format("the queue is full: {} requests with {} prompt tokens are waiting", waiting_, prefill_tokens_), "",
        "queue_full");
    throw error.with_header("Retry-After", std::to_string(retry_after_s()));
  }
  waiting_ += requests;
  prefill_tokens_ += prefill_tokens;
}

void Admission::leave(int requests, std::int64_t prefill_tokens, double seconds) {
  const std::lock_guard lock(mutex_);
  waiting_ -= requests;
  prefill_tokens_ -= prefill_tokens;
  if (seconds > 0) mean_wait_s_ = mean_wait_s_ == 0 ? seconds : 0.8 * mean_wait_s_ + 0.2 * seconds;
}

int Admission::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

int Admission::retry_after_s() const { return std::clamp(static_cast<int>(std::ceil(mean_wait_s_)), 1, 60); }

}  // namespace llmops::serve
