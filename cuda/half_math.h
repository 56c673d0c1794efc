// Numbers of 16 bits in kernels: to float32 and back, alone and in the widths memory is read with. For .cu files alone.
#pragma once

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

#include "cuda/half_format.h"

namespace llmops::cuda {

__device__ inline float to_float(float value) { return value; }
__device__ inline float to_float(__half value) { return __half2float(value); }
__device__ inline float to_float(__nv_bfloat16 value) { return __bfloat162float(value); }

/// To nearest, ties to even.
template <typename Number>
__device__ inline Number from_float(float value);
template <>
__device__ inline float from_float(float value) {
  return value;
}
template <>
__device__ inline __half from_float(float value) {
  return __float2half_rn(value);
}
template <>
__device__ inline __nv_bfloat16 from_float(float value) {
  return __float2bfloat16_rn(value);
}

/// `kCount` neighbouring numbers, read and written at once; at their size's multiple in memory.
template <typename Number, int kCount>
struct alignas(sizeof(Number) * kCount) Pack {
  Number numbers[kCount];
  __device__ float operator[](int i) const { return to_float(numbers[i]); }
  __device__ void set(int i, float value) { numbers[i] = from_float<Number>(value); }
};

template <typename Number, int kCount>
__device__ inline Pack<Number, kCount> load_pack(const Number* at) {
  return *reinterpret_cast<const Pack<Number, kCount>*>(at);
}

/// Two numbers as a register of the tensor cores has them, the first in the low half.
template <typename Half>
__device__ inline std::uint32_t register_of(float low, float high) {
  Pack<Half, 2> pack;
  pack.set(0, low);
  pack.set(1, high);
  return *reinterpret_cast<const std::uint32_t*>(&pack);
}

/// Calls `run` with a value of the format's type, for kernels that are templates over it.
template <typename Run>
void with_half(HalfFormat format, Run run) {
  if (format == HalfFormat::kF16) return run(__half{});
  run(__nv_bfloat16{});
}

}  // namespace llmops::cuda
