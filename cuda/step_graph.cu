#include "cuda/step_graph.h"

#include <cuda_runtime_api.h>

#include <utility>

#include "core/error.h"

namespace llmops::cuda {
namespace {

/// A stream of its own to capture on: the legacy default stream cannot be.
class CaptureStream {
 public:
  CaptureStream() { check(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "step graph"); }
  ~CaptureStream() { cudaStreamDestroy(stream_); }
  CaptureStream(const CaptureStream&) = delete;
  CaptureStream& operator=(const CaptureStream&) = delete;
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

struct Graph {
  Graph() = default;
  ~Graph() {
    if (graph != nullptr) cudaGraphDestroy(graph);
  }
  Graph(const Graph&) = delete;
  Graph& operator=(const Graph&) = delete;
  cudaGraph_t graph = nullptr;
};

void capture_into(Graph& captured, const StepGraph::Launches& launches) {
  const CaptureStream stream;
  // Thread-local: what other threads do with the device, such as allocate, does not spoil the capture.
  check(cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal), "step graph");
  try {
    launches(stream.get());
  } catch (...) {
    cudaStreamEndCapture(stream.get(), &captured.graph);  // the stream must leave its capture to be destroyed
    cudaGetLastError();
    throw;
  }
  check(cudaStreamEndCapture(stream.get(), &captured.graph), "step graph");
}

}  // namespace

StepGraph::~StepGraph() {
  if (executable_ != nullptr) cudaGraphExecDestroy(executable_);
}

StepGraph::StepGraph(StepGraph&& other) noexcept : executable_(std::exchange(other.executable_, nullptr)) {}

StepGraph& StepGraph::operator=(StepGraph&& other) noexcept {
  std::swap(executable_, other.executable_);
  return *this;
}

void StepGraph::capture(const Launches& launches) {
  Graph captured;
  capture_into(captured, launches);
  if (executable_ != nullptr) {
    cudaGraphExecUpdateResultInfo info{};
    if (cudaGraphExecUpdate(executable_, captured.graph, &info) == cudaSuccess) return;
    cudaGetLastError();  // other launches than before: a new graph
  }
  cudaGraphExec_t fresh = nullptr;
  check(cudaGraphInstantiate(&fresh, captured.graph, 0), "step graph");
  if (executable_ != nullptr) cudaGraphExecDestroy(executable_);
  executable_ = fresh;
}

void StepGraph::replay(Stream stream) const {
  if (executable_ == nullptr) throw SystemError("step graph: replayed before it was captured");
  check(cudaGraphLaunch(executable_, stream), "step graph");
}

}  // namespace llmops::cuda
