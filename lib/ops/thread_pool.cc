// Spin briefly, then sleep: between the layers of a step there is no time to wake up, between requests no use in
// spinning.
#include "ops/thread_pool.h"

#include <algorithm>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace llmops::ops {
namespace {

/// About 50 microseconds: longer than the serial part between two jobs of a step.
constexpr int kSpins = 1000;

void pause() {
#if defined(__x86_64__)
  _mm_pause();
#endif
}

/// Returns once `value` is no longer `old`.
void wait_while(const std::atomic<std::uint32_t>& value, std::uint32_t old) {
  for (int spin = 0; spin < kSpins; ++spin) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

ThreadPool::ThreadPool(int threads) {
  for (int thread = 1; thread < threads; ++thread) {
    workers_.emplace_back([this, thread] { wait_for_jobs(thread); });
  }
}

ThreadPool::~ThreadPool() {
  stopping_ = true;
  generation_.fetch_add(1, std::memory_order_release);
  generation_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

void ThreadPool::work(int thread) {
  while (true) {
    const std::int64_t task = next_task_.fetch_add(1, std::memory_order_relaxed);
    if (task >= job_.tasks) return;
    try {
      job_.call(job_.context, task, thread);
    } catch (...) {
      if (!failed_.exchange(true)) error_ = std::current_exception();
      next_task_.store(job_.tasks, std::memory_order_relaxed);
    }
  }
}

void ThreadPool::wait_for_jobs(int thread) {
  std::uint32_t seen = 0;
  while (true) {
    wait_while(generation_, seen);
    ++seen;
    if (stopping_) return;
    work(thread);
    if (working_.fetch_sub(1, std::memory_order_acq_rel) == 1) working_.notify_one();
  }
}

void ThreadPool::run_job(const Job& job) {
  if (job.tasks <= 0) return;
  job_ = job;
  next_task_.store(0, std::memory_order_relaxed);
  const bool shared = job.tasks > 1 && !workers_.empty();
  if (shared) {
    working_.store(static_cast<std::uint32_t>(workers_.size()), std::memory_order_relaxed);
    generation_.fetch_add(1, std::memory_order_release);
    generation_.notify_all();
  }
  work(0);
  // Every worker has to have looked, even one without a task: the job is this function's to reuse once it returns.
  while (shared) {
    const std::uint32_t left = working_.load(std::memory_order_acquire);
    if (left == 0) break;
    wait_while(working_, left);
  }
  if (failed_.exchange(false)) std::rethrow_exception(std::exchange(error_, nullptr));
}

}  // namespace llmops::ops
