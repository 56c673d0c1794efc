// Which rank of a job is gone, when a transfer between them fails.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include "train/launch.h"

namespace llmops::train {

/// While it lives, a thread counts in the store twice a second. A connection that breaks does not say whose it was: it
/// is the rank that has stopped counting, or that said why it failed.
class Pulse {
 public:
  Pulse(const Launch& launch, const c10::intrusive_ptr<c10d::Store>& store);
  ~Pulse();
  Pulse(const Pulse&) = delete;
  Pulse& operator=(const Pulse&) = delete;

  /// Tells the others why this rank is about to leave.
  void report(const std::string& what) noexcept;
  /// "rank 2 of 4 is gone"; takes four seconds at most. @returns "" where all are still there
  std::string diagnose() noexcept;

 private:
  void beat();
  std::string verdict();
  std::string reported();
  std::string silent();
  void stay_until_heard(int ranks);

  const Launch launch_;
  c10::intrusive_ptr<c10d::Store> store_, beat_store_;  ///< a connection for each thread
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace llmops::train
