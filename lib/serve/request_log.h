// Served requests on their way to the registry, off the path of the answers.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "registry/requests.h"

namespace llmops::serve {

/// Writes what it is given in batches, from its own thread. A failing write (disk full) is retried with the next batch
/// and reported once; beyond kMaxPending requests the oldest are dropped and counted.
class RequestLog {
 public:
  using Write = std::function<void(const std::vector<registry::ServedRequest>&)>;
  static constexpr std::size_t kMaxPending = 10'000;

  explicit RequestLog(Write write);
  /// As stop().
  ~RequestLog();
  RequestLog(const RequestLog&) = delete;
  RequestLog& operator=(const RequestLog&) = delete;

  void add(registry::ServedRequest request);
  /// Writes what is pending and ends the thread. Idempotent.
  void stop();
  /// Requests that could not be written; final after stop().
  std::size_t lost() const;

 private:
  void run();
  bool write_batch(const std::vector<registry::ServedRequest>& batch);

  Write write_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<registry::ServedRequest> pending_;
  std::size_t lost_ = 0;
  bool stopping_ = false;
  bool warned_ = false;
  std::thread thread_;
};

}  // namespace llmops::serve
