// How kernels are started and where their shared memory lies. For .cu files alone. Tests put another header of this
// name first in the include path, under which the same kernels run on the host's processor.
#pragma once

#include <cuda_runtime.h>

#include <cstddef>

#include "cuda/device.h"

namespace llmops::cuda {

/// Dynamic shared memory a kernel may have without asking.
inline constexpr std::size_t kFreeSharedBytes = 48 * 1024;

/// The block's dynamic shared memory; aligned to 16 bytes.
__device__ inline std::byte* dynamic_shared() {
  extern __shared__ __align__(16) unsigned char shared_bytes[];
  return reinterpret_cast<std::byte*>(shared_bytes);
}

struct LaunchShape {
  dim3 grid, block;
  std::size_t shared_bytes = 0;  ///< dynamic
};

/// @throws SystemError  naming `operation` when the launch is refused
template <typename... Parameters, typename... Arguments>
void launch(const char* operation, void (*kernel)(Parameters...), const LaunchShape& shape, Stream stream,
            Arguments... arguments) {
  if (shape.shared_bytes > kFreeSharedBytes) {
    check(
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shape.shared_bytes)),
        operation);
  }
  kernel<<<shape.grid, shape.block, shape.shared_bytes, stream>>>(static_cast<Parameters>(arguments)...);
  check(cudaGetLastError(), operation);
}

}  // namespace llmops::cuda
