// The processes that train one model together, and what they tell each other.
#pragma once

#include <ATen/ATen.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "train/launch.h"

namespace llmops::train {

/// Another rank failed, was killed, or did not answer in time; code "system".
class WorkerLost : public SystemError {
 public:
  using SystemError::SystemError;
};

/// Waits for the end of something that goes on in the background. @throws WorkerLost
using Transfer = std::function<void()>;

/// All ranks make the same calls in the same order. Results have the same bits on every rank, and the same every time
/// with as many ranks. A process alone talks to nobody: every call returns at once.
class Workers {
 public:
  Workers();
  /// Returns when all ranks are there. @param timeout  of each transfer
  /// @throws SystemError  they do not come
  Workers(const Launch& launch, std::chrono::seconds timeout);
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  int rank() const { return launch_.rank; }
  int size() const { return launch_.size; }
  bool first() const { return launch_.first(); }
  bool alone() const { return launch_.alone(); }

  /// `tensor`, contiguous, of the same shape everywhere, becomes the sum over all ranks.
  Transfer start_sum(const at::Tensor& tensor);
  /// The sum is made on `owner` alone; the others' tensors hold nothing of use afterwards.
  Transfer start_sum_to(const at::Tensor& tensor, int owner);
  /// `tensor` becomes the owner's.
  Transfer start_broadcast(const at::Tensor& tensor, int owner);
  Transfer start_send(const at::Tensor& tensor, int to);
  Transfer start_receive(const at::Tensor& tensor, int from);

  double sum(double value);
  bool any(bool value);
  /// What each rank has, by rank. Short texts.
  std::vector<std::string> gather(const std::string& text);
  /// Rank 0's.
  std::string broadcast(const std::string& text);

  /// @throws Interrupted  on all ranks, when one of them was told to stop
  void throw_if_any_cancelled();
  /// Tells the others why this rank leaves, so that they can say it.
  void report_failure(const std::string& what) noexcept;

 private:
  struct Connection;
  template <typename Start>
  Transfer start(const at::Tensor& tensor, const Start& start);
  /// For tensors that no backend takes where they are: by a copy in main memory.
  template <typename Start>
  Transfer start_by_main_memory(const at::Tensor& tensor, const Start& start);
  [[noreturn]] void lost(const std::string& problem);

  Launch launch_;
  std::unique_ptr<Connection> connection_;  ///< null: alone
};

}  // namespace llmops::train
