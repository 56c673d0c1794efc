// The bounded queue: how many requests, and how many of their prompt tokens, may wait for their first token.
#pragma once

#include <cstdint>
#include <mutex>

namespace llmops::serve {

struct AdmissionLimits {
  int max_waiting = 256;                      ///< requests without a first token yet
  std::int64_t max_prefill_tokens = 1 << 20;  ///< of their prompts together; a single request always fits
};

/// Counts what is on its way to its first token. Thread-safe.
class Admission {
 public:
  explicit Admission(AdmissionLimits limits) : limits_(limits) {}

  /// @throws ApiError (429, with Retry-After)  when either bound would be passed
  void enter(int requests, std::int64_t prefill_tokens);
  /// The first token is there, or there will be none. @param seconds  since enter(); 0 leaves the estimate as it is
  void leave(int requests, std::int64_t prefill_tokens, double seconds);

  int waiting() const;

 private:
  int retry_after_s() const;
  const AdmissionLimits limits_;
  mutable std::mutex mutex_;
  int waiting_ = 0;
  std::int64_t prefill_tokens_ = 0;
  double mean_wait_s_ = 0;  ///< moving average of the time to the first token
};

}  // namespace llmops::serve
