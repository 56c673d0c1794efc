// One new token a sequence. A block takes one split of one sequence's context and the queries that share a key-value
// head, each warp every fourth cache block of it, with a running softmax of its own; then warps are merged, and a
// second kernel merges splits. Keys and values are read once for all queries of a block.
#include "cuda/attention_checks.h"
#include "cuda/attention_ranges.h"
#include "cuda/attention_score.h"
#include "cuda/decode_partials.h"
#include "cuda/decode_warp.h"

namespace llmops::cuda {
namespace {

constexpr int kWarps = 4, kThreads = kWarps * kWarp;

struct DecodeStep {
  PagedCache cache;
  PagedSequences sequences;
  AttentionSettings settings;
  AttentionRows rows;
  DecodePartials partials;
};

/// Merges the warps' states and writes the split's: shared memory has room for kWarps * kQueries * (D + 2) numbers.
template <int kQueries, int kPairs>
__device__ void merge_warps(const WarpState<kQueries, kPairs>& state, float* shared, int size, int queries,
                            const DecodePartials& partials, std::int64_t first_row, int split) {
  const int lane = threadIdx.x % kWarp, warp = threadIdx.x / kWarp;
  float* sums = shared + kWarps * kQueries * size;
  float* mosts = sums + kWarps * kQueries;
#pragma unroll
  for (int i = 0; i < kQueries; ++i) {
    const int place = warp * kQueries + i;
#pragma unroll
    for (int p = 0; p < kPairs; ++p) {
      const int d = 2 * (p * kWarp + lane);
      if (d < size)
        shared[place * size + d] = state.values[i][p][0], shared[place * size + d + 1] = state.values[i][p][1];
    }
    if (lane == 0) sums[place] = state.sum[i], mosts[place] = state.most[i];
  }
  __syncthreads();
  for (int i = 0; i < queries; ++i) {
    float most = -INFINITY, sum = 0, shares[kWarps];
    for (int w = 0; w < kWarps; ++w) most = fmaxf(most, mosts[w * kQueries + i]);
    for (int w = 0; w < kWarps; ++w) {
      shares[w] = expf(mosts[w * kQueries + i] - most);  // 0 of a warp that saw no block
      sum += shares[w] * sums[w * kQueries + i];
    }
    const std::int64_t place = partials.place(first_row + i, split);
    for (int d = threadIdx.x; d < size; d += kThreads) {
      float value = 0;
      for (int w = 0; w < kWarps; ++w) value += shares[w] * shared[(w * kQueries + i) * size + d];
      partials.values[place * size + d] = value;
    }
    if (threadIdx.x == 0) partials.sums[place] = sum, partials.mosts[place] = most;
  }
}

/// Grid: (splits, key-value heads * their groups of kQueries, sequences).
template <typename Half, int kQueries, int kPairs>
__global__ void __launch_bounds__(kThreads) decode_kernel(DecodeStep step) {
  const auto& [cache, sequences, settings, rows, partials] = step;
  const int split = static_cast<int>(blockIdx.x), sequence = static_cast<int>(blockIdx.z);
  const std::int32_t token = sequences.begins[sequence];
  if (sequences.begins[sequence + 1] == token) return;
  const TokenRange range = in_split(seen_by(sequences.pasts[sequence], settings.window), split);
  if (range.empty()) return;
  const int size = cache.head_size, group = settings.heads / cache.kv_heads;
  const int parts = (group + kQueries - 1) / kQueries, kv_head = static_cast<int>(blockIdx.y) / parts;
  const int first = static_cast<int>(blockIdx.y) % parts * kQueries, queries = smaller_of(kQueries, group - first);
  const int head = kv_head * group + first;

  auto* q = reinterpret_cast<float*>(dynamic_shared());
  const Half* query =
      reinterpret_cast<const Half*>(rows.q) + token * rows.stride + static_cast<std::int64_t>(head) * size;
  for (int i = threadIdx.x; i < kQueries * size; i += kThreads) {
    q[i] = i < queries * size ? to_float(query[i]) * settings.scale : 0;
  }
  __syncthreads();

  const int lane = threadIdx.x % kWarp;
  const std::int32_t* blocks = sequences.blocks + sequence * sequences.blocks_stride;
  WarpState<kQueries, kPairs> state;
  for (int block = range.first / kBlockTokens + static_cast<int>(threadIdx.x) / kWarp;
       block * kBlockTokens < range.last; block += kWarps) {
    const Half* keys = reinterpret_cast<const Half*>(cache.blocks) + cache.keys_at(blocks[block], kv_head);
    const TokenRange seen{range.first - block * kBlockTokens, range.last - block * kBlockTokens};
    float scores[kQueries];
    score_block<Half, kQueries>(keys, q, size, scores);
    for (float& score : scores) score = capped(score, settings.softcap);
    const int mine = token_of_lane(lane);
    state.soften(scores, mine >= seen.first && mine < seen.last);
    state.add_values(keys + kBlockTokens * size, size, seen, scores);
  }
  const std::int64_t row = static_cast<std::int64_t>(sequence) * settings.heads + head;
  merge_warps(state, q + kQueries * size, size, queries, partials, row, split);
}

template <typename Half, int kQueries, int kPairs>
void launch_decode(const DecodeStep& step, Stream stream) {
  const int group = step.settings.heads / step.cache.kv_heads, parts = (group + kQueries - 1) / kQueries;
  const auto numbers = static_cast<std::size_t>(kQueries * step.cache.head_size * (kWarps + 1) + 2 * kWarps * kQueries);
  const LaunchShape shape{
      dim3(static_cast<unsigned>(step.partials.splits), static_cast<unsigned>(step.cache.kv_heads * parts),
           static_cast<unsigned>(step.sequences.count)),
      dim3(kThreads), numbers * sizeof(float)};
  launch("decode_attention", decode_kernel<Half, kQueries, kPairs>, shape, stream, step);
}

template <typename Half, int kQueries>
void decode_of(const DecodeStep& step, Stream stream) {
  if (step.cache.head_size <= 64) return launch_decode<Half, kQueries, 1>(step, stream);
  if (step.cache.head_size <= 128) return launch_decode<Half, kQueries, 2>(step, stream);
  launch_decode<Half, kQueries, kMostHeadSize / 64>(step, stream);
}

}  // namespace

std::size_t decode_workspace(const PagedCache& cache, const PagedSequences& sequences,
                             const AttentionSettings& settings) {
  return DecodePartials::numbers(sequences, settings.heads, cache.head_size);
}

void decode_attention(const PagedCache& cache, const PagedSequences& sequences, const AttentionSettings& settings,
                      const AttentionRows& rows, float* workspace, Stream stream) {
  check_attention(cache, settings);
  if (sequences.count == 0 || sequences.most_tokens == 0) return;
  const DecodeStep step{cache, sequences, settings, rows, {workspace, sequences, settings.heads, cache.head_size}};
  const int group = settings.heads / cache.kv_heads;
  with_half(cache.format, [&](auto zero) {
    using Half = decltype(zero);
    if (group == 1) return decode_of<Half, 1>(step, stream);
    if (group <= 4) return decode_of<Half, 4>(step, stream);
    decode_of<Half, 8>(step, stream);
  });
  combine_splits(step.partials, cache, sequences, settings, rows.out, stream);
}

}  // namespace llmops::cuda
