#include "cuda/device.h"

#include <string>

#include "core/error.h"

namespace llmops::cuda {

int device_count() {
  int count = 0;
  return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

void check_launch(const char* operation) {
  const cudaError_t status = cudaGetLastError();
  if (status == cudaSuccess) return;
  throw SystemError(std::string(operation) + ": " + cudaGetErrorString(status),
                    "check the driver with nvidia-smi, or run with --device cpu");
}

}  // namespace llmops::cuda
