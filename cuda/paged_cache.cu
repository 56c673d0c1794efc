// A block stores one token's keys and values; numbers are copied as bits.
#include "cuda/paged_cache.h"

#include "cuda/launch.h"

namespace llmops::cuda {
namespace {

constexpr int kThreads = 256;

__global__ void store_kernel(PagedCache cache, PagedSequences sequences, const HalfBits* k, const HalfBits* v,
                             std::int64_t stride) {
  const int sequence = static_cast<int>(blockIdx.y), token = static_cast<int>(blockIdx.x);
  const std::int32_t begin = sequences.begins[sequence];
  if (token >= sequences.begins[sequence + 1] - begin) return;
  const std::int32_t position = sequences.pasts[sequence] + token;
  const std::int32_t block = sequences.blocks[sequence * sequences.blocks_stride + position / kBlockTokens];
  const int slot = position % kBlockTokens, size = cache.head_size;
  const std::int64_t row = (begin + token) * stride;
  for (int i = threadIdx.x; i < cache.kv_heads * size; i += kThreads) {
    const int head = i / size, d = i % size;
    HalfBits* keys = cache.blocks + cache.keys_at(block, head);
    keys[d * kBlockTokens + slot] = k[row + i];
    keys[(kBlockTokens + slot) * size + d] = v[row + i];
  }
}

}  // namespace

void store_keys_values(const PagedCache& cache, const PagedSequences& sequences, const HalfBits* k, const HalfBits* v,
                       std::int64_t stride, Stream stream) {
  if (sequences.count == 0 || sequences.most_new == 0) return;
  const LaunchShape shape{dim3(static_cast<unsigned>(sequences.most_new), static_cast<unsigned>(sequences.count)),
                          dim3(kThreads)};
  launch("store_keys_values", store_kernel, shape, stream, cache, sequences, k, v, stride);
}

}  // namespace llmops::cuda
