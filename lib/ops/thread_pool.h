// Threads that wait for short jobs: a decoding step has some hundred, of microseconds each.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

namespace llmops::ops {

/// The caller works as one of the threads. A pool serves one caller at a time; a body must not use the pool again.
class ThreadPool {
 public:
  /// @param threads  1 or more, the caller's own included
  explicit ThreadPool(int threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  int size() const { return static_cast<int>(workers_.size()) + 1; }

  /// body(task, thread) for each task in [0, tasks), tasks handed out one by one; returns when all are done, without
  /// waiting for threads that came too late to take one. `thread` is below size(): for memory that threads do not
  /// share.
  /// @throws what a body threw first; the remaining tasks are then left out
  template <typename Body>
  void run(std::int64_t tasks, const Body& body) {
    run_job(tasks, &body, [](const void* context, std::int64_t task, int thread) {
      (*static_cast<const Body*>(context))(task, thread);
    });
  }

 private:
  using Call = void (*)(const void* context, std::int64_t task, int thread);

  void run_job(std::int64_t tasks, const void* context, Call call);
  bool take_task(int thread);  ///< runs one; false when there is none to take
  void wait_for_jobs(int thread);

  // The job. Written while next_ says kClosed; a thread that read it while it changed finds next_ changed too.
  std::atomic<std::uint32_t> tasks_{0};
  std::atomic<const void*> context_{nullptr};
  std::atomic<Call> call_{nullptr};
  // Each on a cache line of its own: all threads write to them at once.
  alignas(64) std::atomic<std::uint64_t> next_{0};  ///< the job's number, and in the low half the next task
  alignas(64) std::atomic<std::uint32_t> left_{0};  ///< tasks that are not done
  alignas(64) std::atomic<std::uint32_t> jobs_{0};  ///< begun so far: what idle threads wait for
  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
  std::exception_ptr error_;  ///< of the thread that set failed_
  std::vector<std::thread> workers_;
};

}  // namespace llmops::ops
