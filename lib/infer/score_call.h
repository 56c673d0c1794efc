// A call of Engine::score() between the thread that waits for it and the one that computes.
#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "infer/engine.h"

namespace llmops::infer {

class ScoreCall {
 public:
  explicit ScoreCall(std::span<const std::vector<TokenId>> sequences)
      : sequences_(sequences), scores_(sequences.size()) {}

  // Of the engine's thread, until it has called finish(). Callers may give up: see stopped().
  std::span<const std::vector<TokenId>> sequences() const { return sequences_; }
  void deliver(std::size_t sequence, SequenceScore score);
  bool stopped() const;
  /// The engine does not touch the call any more. @param error  what the caller is to be told; null when all is there
  void finish(std::exception_ptr error = nullptr);

  /// Of the caller: waits for the end. @throws Interrupted; what finish() was given
  std::vector<SequenceScore> wait(const std::function<void(std::size_t)>& on_done);

 private:
  std::span<const std::vector<TokenId>> sequences_;  ///< the caller keeps them until wait() returns
  std::vector<SequenceScore> scores_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t done_ = 0;
  bool stop_ = false;
  bool finished_ = false;
  std::exception_ptr error_;
};

}  // namespace llmops::infer
