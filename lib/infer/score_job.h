// A call of Engine::score() on its way through the engine's thread.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>

#include "infer/score.h"

namespace llmops::infer {

class ScoreJob {
 public:
  explicit ScoreJob(std::span<const std::vector<TokenId>> sequences)
      : sequences_(sequences), scores_(sequences.size()) {}

  /// Of the engine's thread: scores some more. @returns whether there is work left
  bool advance(const model::Decoder& decoder);
  /// The engine ends first.
  void abandon();

  /// Of the caller: waits for the end. @throws Interrupted; what the engine's thread met
  std::vector<SequenceScore> wait(const std::function<void(std::size_t)>& on_done);

 private:
  std::span<const std::vector<TokenId>> sequences_;  ///< the caller keeps them until wait() returns
  std::vector<SequenceScore> scores_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t done_ = 0;
  bool stop_ = false;      ///< the caller was interrupted, or the engine ended
  bool finished_ = false;  ///< the engine's thread does not touch it any more
  std::exception_ptr error_;
};

}  // namespace llmops::infer
