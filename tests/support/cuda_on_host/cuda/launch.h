// Stands in for cuda/launch.h: kernels run on the host's processor. What they use of CUDA's own functions is here too.
#pragma once

#include <cuda_runtime_api.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <tuple>

#include "cuda/device.h"
#include "support/cuda_on_host/block_threads.h"
#include "support/cuda_on_host/runtime.h"

#undef __shared__
#define __shared__ static  // one block runs at a time
#undef __launch_bounds__
#define __launch_bounds__(...)

namespace llmops::cuda {

inline std::byte* dynamic_shared() { return cuda_on_host::shared_memory(); }

struct LaunchShape {
  dim3 grid, block;
  std::size_t shared_bytes = 0;
};

/// The limits of sm_80 are checked, the narrower of the two: a real launch beyond them is refused.
template <typename... Parameters, typename... Arguments>
void launch(const char* operation, void (*kernel)(Parameters...), const LaunchShape& shape, Stream,
            Arguments... arguments) {
  const dim3 &g = shape.grid, &b = shape.block;
  const bool fits = g.x > 0 && g.y > 0 && g.z > 0 && g.x < 1U << 31 && g.y < 65536 && g.z < 65536 && b.x > 0 &&
                    b.y > 0 && b.z > 0 && b.x * b.y * b.z <= 1024 && shape.shared_bytes <= 163 * 1024;
  check(fits ? cudaSuccess : cudaErrorInvalidConfiguration, operation);
  const std::tuple<Parameters...> values(static_cast<Parameters>(arguments)...);
  cuda_on_host::submit([=] {
    cuda_on_host::run_grid({shape.grid, shape.block, shape.shared_bytes}, [&] { std::apply(kernel, values); });
  });
}

}  // namespace llmops::cuda

inline void __syncthreads() { llmops::cuda_on_host::meet(llmops::cuda_on_host::Meeting::kBlock); }
inline void __syncwarp() { llmops::cuda_on_host::meet(llmops::cuda_on_host::Meeting::kWarp); }

template <typename T>
T __shfl_sync(unsigned, T value, int source) {
  using namespace llmops::cuda_on_host;
  T found;
  std::memcpy(&found, exchange(Meeting::kShuffle, &value, sizeof value) + 32 * source, sizeof found);
  return found;
}
template <typename T>
T __shfl_xor_sync(unsigned mask, T value, int bits) {
  return __shfl_sync(mask, value, llmops::cuda_on_host::lane() ^ bits);
}
/// Lanes below `distance` get their own value.
template <typename T>
T __shfl_up_sync(unsigned mask, T value, unsigned distance) {
  const int lane = llmops::cuda_on_host::lane(), source = lane - static_cast<int>(distance);
  return __shfl_sync(mask, value, source < 0 ? lane : source);
}
inline unsigned __ballot_sync(unsigned, bool value) {
  using namespace llmops::cuda_on_host;
  const std::byte* slots = exchange(Meeting::kBallot, &value, 1);
  unsigned bits = 0;
  for (int i = 0; i < 32; ++i) bits |= (slots[32 * i] != std::byte{0} ? 1U : 0U) << i;
  return bits;
}
template <typename T>
T atomicAdd(T* at, T value) {
  const T before = *at;
  *at += value;
  return before;
}
inline int __popc(unsigned bits) { return std::popcount(bits); }
inline int __ffs(unsigned bits) { return __builtin_ffs(static_cast<int>(bits)); }
inline unsigned __float_as_uint(float value) { return std::bit_cast<unsigned>(value); }
inline float __uint_as_float(unsigned value) { return std::bit_cast<float>(value); }
inline float rsqrtf(float value) { return 1 / std::sqrt(value); }
inline unsigned long long __umul64hi(unsigned long long a, unsigned long long b) {
  return static_cast<unsigned long long>((static_cast<unsigned __int128>(a) * b) >> 64);
}
using std::max;
using std::min;
