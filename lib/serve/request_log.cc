// Served requests on their way to the registry.
#include "serve/request_log.h"

#include <fmt/format.h>

#include <chrono>

#include "core/log.h"

namespace llmops::serve {
namespace {

constexpr std::chrono::milliseconds kBatchTime{200};
constexpr std::chrono::seconds kRetryTime{2};

}  // namespace

RequestLog::RequestLog(Write write) : write_(std::move(write)), thread_([this] { run(); }) {}
RequestLog::~RequestLog() { stop(); }

void RequestLog::add(registry::ServedRequest request) {
  const std::lock_guard lock(mutex_);
  if (pending_.size() >= kMaxPending) {
    pending_.erase(pending_.begin());
    ++lost_;
  }
  pending_.push_back(std::move(request));
  changed_.notify_one();
}

void RequestLog::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

std::size_t RequestLog::lost() const {
  const std::lock_guard lock(mutex_);
  return lost_;
}

bool RequestLog::write_batch(const std::vector<registry::ServedRequest>& batch) {
  try {
    write_(batch);
    warned_ = false;
    return true;
  } catch (const std::exception& error) {
    if (!warned_) log_warning(fmt::format("cannot record {} requests: {}; trying again", batch.size(), error.what()));
    warned_ = true;
    return false;
  }
}

void RequestLog::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !pending_.empty(); });
    // A little patience makes one transaction of many requests.
    if (!stopping_) changed_.wait_for(lock, kBatchTime, [this] { return stopping_; });
    const bool last = stopping_;
    std::vector<registry::ServedRequest> batch = std::exchange(pending_, {});
    if (batch.empty()) return;
    lock.unlock();
    const bool written = write_batch(batch);
    lock.lock();
    if (!written) {
      batch.insert(batch.end(), std::make_move_iterator(pending_.begin()), std::make_move_iterator(pending_.end()));
      pending_ = std::move(batch);
      if (last) {
        lost_ += pending_.size();
        return;
      }
      changed_.wait_for(lock, kRetryTime, [this] { return stopping_; });
    } else if (last && pending_.empty()) {
      return;
    }
  }
}

}  // namespace llmops::serve
