// A step's launches as one: captured once, replayed with whatever its buffers then hold.
//
// Launching a hundred small kernels costs the CPU more than the GPU takes to run them when a step decodes few tokens; a
// graph is one launch. What changes from step to step (tokens, positions, lengths, block tables, sampling rows) lies in
// device memory that the caller overwrites before a replay; sizes of grids and pointers are fixed at the capture.
#pragma once

#include <functional>

#include "cuda/device.h"

struct CUgraphExec_st;  // of CUDA's own headers, at global scope

namespace llmops::cuda {

class StepGraph {
 public:
  /// What one step launches on the stream it is given. It must neither wait for the device nor copy to or from memory
  /// that is gone at the replay. It runs for the capture alone: nothing reaches the device.
  using Launches = std::function<void(Stream)>;

  StepGraph() = default;
  /// @throws SystemError  when a launch fails or cannot be captured, and whatever `launches` throws
  explicit StepGraph(const Launches& launches) { capture(launches); }
  ~StepGraph();
  StepGraph(StepGraph&& other) noexcept;
  StepGraph& operator=(StepGraph&& other) noexcept;

  /// Takes the place of what was captured. The same launches with other arguments or grids, as for a longer context,
  /// are changed in place, which costs a fraction of a new graph. If it throws, what was captured stays.
  void capture(const Launches& launches);

  /// Asynchronous on `stream`. @throws SystemError  when nothing was captured or the launch fails
  void replay(Stream stream) const;

  explicit operator bool() const { return executable_ != nullptr; }

 private:
  ::CUgraphExec_st* executable_ = nullptr;
};

}  // namespace llmops::cuda
