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

  /// body(task, thread) for each task in [0, tasks), tasks handed out one by one; returns when all are done. `thread`
  /// is below size(): for memory that threads do not share.
  /// @throws what a body threw first; the remaining tasks are then left out
  template <typename Body>
  void run(std::int64_t tasks, const Body& body) {
    run_job({tasks, &body, [](const void* context, std::int64_t task, int thread) {
               (*static_cast<const Body*>(context))(task, thread);
             }});
  }

 private:
  struct Job {
    std::int64_t tasks = 0;
    const void* context = nullptr;
    void (*call)(const void* context, std::int64_t task, int thread) = nullptr;
  };

  void run_job(const Job& job);
  void work(int thread);  ///< takes tasks until there are none
  void wait_for_jobs(int thread);

  Job job_;
  // Each on a cache line of its own: all threads write to them at once.
  alignas(64) std::atomic<std::int64_t> next_task_{0};
  alignas(64) std::atomic<std::uint32_t> generation_{0};  ///< one more for each job
  alignas(64) std::atomic<std::uint32_t> working_{0};     ///< threads that have not finished the job
  std::atomic<bool> stopping_{false};
  std::atomic<bool> failed_{false};
  std::exception_ptr error_;  ///< of the thread that set failed_
  std::vector<std::thread> workers_;
};

}  // namespace llmops::ops
