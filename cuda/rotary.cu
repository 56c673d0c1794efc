// A thread turns one pair of elements; blocks go over tokens, and over the pairs of a token's heads.
#include "cuda/rotary.h"

#include <algorithm>

#include "cuda/half_math.h"
#include "cuda/launch.h"

namespace llmops::cuda {
namespace {

constexpr int kThreads = 256;

template <typename Half>
__global__ void rotate_kernel(HeadRows rows, RotaryTable table, const std::int32_t* positions) {
  const int pair = static_cast<int>(blockIdx.y * kThreads + threadIdx.x);
  if (pair >= rows.heads * table.half) return;
  const int head = pair / table.half, i = pair % table.half;
  Half* x = reinterpret_cast<Half*>(rows.x) + blockIdx.x * rows.stride + static_cast<std::int64_t>(head) * rows.size;
  Half* first = x + (table.pairs ? 2 * i : i);
  Half* second = table.pairs ? first + 1 : first + table.half;
  const std::int64_t angle = static_cast<std::int64_t>(positions[blockIdx.x]) * table.half + i;
  const float a = to_float(*first), b = to_float(*second), cos = table.cos[angle], sin = table.sin[angle];
  *first = from_float<Half>(a * cos - b * sin);
  *second = from_float<Half>(b * cos + a * sin);
}

}  // namespace

void rotate_heads(HalfFormat format, const HeadRows& rows, const RotaryTable& table, const std::int32_t* positions,
                  std::int64_t tokens, Stream stream) {
  const int pairs = rows.heads * table.half;
  if (tokens == 0 || pairs == 0) return;
  const LaunchShape shape{dim3(static_cast<unsigned>(tokens), static_cast<unsigned>((pairs + kThreads - 1) / kThreads)),
                          dim3(kThreads)};
  with_half(format,
            [&](auto zero) { launch("rotary", rotate_kernel<decltype(zero)>, shape, stream, rows, table, positions); });
}

}  // namespace llmops::cuda
