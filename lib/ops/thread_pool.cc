// Spin briefly, then sleep: between the layers of a step there is no time to wake up, between requests no use in
// spinning.
#include "ops/thread_pool.h"

#include <stdexcept>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace llmops::ops {
namespace {

/// About 50 microseconds: longer than the serial part between two jobs of a step.
constexpr int kSpins = 1000;
constexpr std::uint32_t kClosed = 0xffffffff;  ///< no task has this number

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
  jobs_.fetch_add(1, std::memory_order_release);
  jobs_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

/// Whoever takes a task has, by the exchange, seen that the job was the same before and after reading what it is.
bool ThreadPool::take_task(int thread) {
  std::uint64_t next = next_.load(std::memory_order_acquire);
  while (true) {
    const std::uint32_t task = static_cast<std::uint32_t>(next);
    if (task >= tasks_.load(std::memory_order_acquire)) return false;  // closed jobs too
    const void* context = context_.load(std::memory_order_acquire);
    const Call call = call_.load(std::memory_order_acquire);
    if (!next_.compare_exchange_weak(next, next + 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
    if (!failed_.load(std::memory_order_relaxed)) {
      try {
        call(context, task, thread);
      } catch (...) {
        if (!failed_.exchange(true)) error_ = std::current_exception();
      }
    }
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) left_.notify_one();
    return true;
  }
}

void ThreadPool::wait_for_jobs(int thread) {
  std::uint32_t seen = 0;
  while (true) {
    wait_while(jobs_, seen);
    seen = jobs_.load(std::memory_order_acquire);
    if (stopping_) return;
    while (take_task(thread)) {
    }
  }
}

void ThreadPool::run_job(std::int64_t tasks, const void* context, Call call) {
  if (tasks <= 0) return;
  if (tasks == 1 || workers_.empty()) {
    for (std::int64_t task = 0; task < tasks; ++task) call(context, task, 0);
    return;
  }
  if (tasks >= kClosed) throw std::length_error("thread_pool: too many tasks");
  const std::uint64_t number = (next_.load(std::memory_order_relaxed) >> 32) + 1;
  // Each of these is released: who sees one of them sees that the job before is closed.
  next_.store(number << 32 | kClosed, std::memory_order_release);
  tasks_.store(static_cast<std::uint32_t>(tasks), std::memory_order_release);
  context_.store(context, std::memory_order_release);
  call_.store(call, std::memory_order_release);
  left_.store(static_cast<std::uint32_t>(tasks), std::memory_order_relaxed);
  next_.store((number + 1) << 32, std::memory_order_release);
  jobs_.fetch_add(1, std::memory_order_release);
  jobs_.notify_all();
  while (take_task(0)) {
  }
  for (std::uint32_t left = left_.load(std::memory_order_acquire); left != 0;
       left = left_.load(std::memory_order_acquire)) {
    wait_while(left_, left);
  }
  if (failed_.exchange(false)) std::rethrow_exception(std::exchange(error_, nullptr));
}

}  // namespace llmops::ops
