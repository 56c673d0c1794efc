#include "cuda/device.h"

#include <cuda_runtime_api.h>

#include <string>

#include "core/error.h"

namespace llmops::cuda {

int device_count() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

void check(int status, const char* operation) {
  if (status == cudaSuccess) return;
  throw SystemError(std::string(operation) + ": " + cudaGetErrorString(static_cast<cudaError_t>(status)),
                    "check the driver with nvidia-smi, or run with --device cpu");
}

}  // namespace llmops::cuda
