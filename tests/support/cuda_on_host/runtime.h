// CUDA's runtime as kernels on the host need it: memory is the host's, and a stream runs what it is given at once or,
// while it is captured, keeps it.
#pragma once

#include <functional>

namespace llmops::cuda_on_host {

/// Runs a launch, or adds it to the graph being captured.
void submit(std::function<void()> work);

}  // namespace llmops::cuda_on_host
