// A block takes one head of one sequence; splits are added in their order.
#include "cuda/decode_partials.h"
#include "cuda/half_math.h"
#include "cuda/launch.h"

namespace llmops::cuda {
namespace {

constexpr int kThreads = 128;

template <typename Half>
__global__ void combine_kernel(DecodePartials partials, PagedSequences sequences, int size, int window, Half* out) {
  const int head = static_cast<int>(blockIdx.x), heads = static_cast<int>(gridDim.x);
  const int sequence = static_cast<int>(blockIdx.y);
  const std::int32_t token = sequences.begins[sequence];
  if (sequences.begins[sequence + 1] == token) return;
  const TokenRange splits = splits_of(seen_by(sequences.pasts[sequence], window));
  const std::int64_t first = partials.place(static_cast<std::int64_t>(sequence) * heads + head, 0);
  float most = -INFINITY, sum = 0;
  for (int s = splits.first; s < splits.last; ++s) most = fmaxf(most, partials.mosts[first + s]);
  for (int s = splits.first; s < splits.last; ++s)
    sum += partials.sums[first + s] * expf(partials.mosts[first + s] - most);
  for (int d = threadIdx.x; d < size; d += kThreads) {
    float value = 0;
    for (int s = splits.first; s < splits.last; ++s) {
      value += partials.values[(first + s) * size + d] * expf(partials.mosts[first + s] - most);
    }
    out[(static_cast<std::int64_t>(token) * heads + head) * size + d] = from_float<Half>(value / sum);
  }
}

}  // namespace

void combine_splits(const DecodePartials& partials, const PagedCache& cache, const PagedSequences& sequences,
                    const AttentionSettings& settings, HalfBits* out, Stream stream) {
  const LaunchShape shape{dim3(static_cast<unsigned>(settings.heads), static_cast<unsigned>(sequences.count)),
                          dim3(kThreads)};
  with_half(cache.format, [&](auto zero) {
    using Half = decltype(zero);
    launch("combine_splits", combine_kernel<Half>, shape, stream, partials, sequences, cache.head_size, settings.window,
           reinterpret_cast<Half*>(out));
  });
}

}  // namespace llmops::cuda
