// Bound by memory: a thread takes 16 bytes of each input where rows and pointers allow it, else one number.
#include "cuda/swiglu.h"

#include "cuda/half_math.h"
#include "cuda/launch.h"

namespace llmops::cuda {
namespace {

constexpr int kThreads = 256, kWide = 8;

/// @param cols  packs of kWidth numbers in a row
template <typename Half, int kWidth>
__global__ void swiglu_kernel(GateAndUp in, Half* y, std::int64_t cols) {
  const std::int64_t c = static_cast<std::int64_t>(blockIdx.y) * kThreads + threadIdx.x;
  if (c >= cols) return;
  const std::int64_t at = blockIdx.x * in.stride + c * kWidth;
  const auto gate = load_pack<Half, kWidth>(reinterpret_cast<const Half*>(in.gate) + at);
  const auto up = load_pack<Half, kWidth>(reinterpret_cast<const Half*>(in.up) + at);
  Pack<Half, kWidth> out;
#pragma unroll
  for (int i = 0; i < kWidth; ++i) out.set(i, gate[i] / (1 + expf(-gate[i])) * up[i]);
  reinterpret_cast<Pack<Half, kWidth>*>(y)[blockIdx.x * cols + c] = out;
}

bool is_wide(const void* at, std::int64_t count) {
  return reinterpret_cast<std::uintptr_t>(at) % (kWide * sizeof(HalfBits)) == 0 && count % kWide == 0;
}

template <typename Half, int kWidth>
void swiglu_of(const GateAndUp& in, HalfBits* y, std::int64_t rows, std::int64_t cols, Stream stream) {
  const std::int64_t packs = cols / kWidth;
  const LaunchShape shape{dim3(static_cast<unsigned>(rows), static_cast<unsigned>((packs + kThreads - 1) / kThreads)),
                          dim3(kThreads)};
  launch("swiglu", swiglu_kernel<Half, kWidth>, shape, stream, in, reinterpret_cast<Half*>(y), packs);
}

}  // namespace

void swiglu(HalfFormat format, const GateAndUp& in, HalfBits* y, std::int64_t rows, std::int64_t cols, Stream stream) {
  if (rows == 0 || cols == 0) return;
  const bool wide = is_wide(in.gate, in.stride) && is_wide(in.up, in.stride) && is_wide(y, cols);
  with_half(format, [&](auto zero) {
    using Half = decltype(zero);
    if (wide) return swiglu_of<Half, kWide>(in, y, rows, cols, stream);
    swiglu_of<Half, 1>(in, y, rows, cols, stream);
  });
}

}  // namespace llmops::cuda
