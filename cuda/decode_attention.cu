// One new token a sequence. A block takes one split of one sequence's context and the queries that share a key-value
// head, each warp every fourth cache block of it, with a running softmax of its own; then warps are merged, and a
// second kernel merges splits. Keys and values are read once for all queries of a block.
#include "cuda/attention_checks.h"
#include "cuda/attention_ranges.h"
#include "cuda/attention_score.h"
#include "cuda/decode_partials.h"
#include "cuda/half_math.h"
#include "cuda/reductions.h"

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

/// Keys of a block times queries. A lane reads eight tokens' keys of every 16th element; lanes then add up so that each
/// ends with the token token_of_lane().
/// @param keys  (D, 16) @param q  (kQueries, D) shared @param scores  one a query, of the lane's token
template <typename Half, int kQueries>
__device__ void score_block(const Half* keys, const float* q, int size, float (&scores)[kQueries]) {
  const int lane = threadIdx.x % kWarp;
  float sums[kQueries][8] = {};
  for (int d = lane / 2; d < size; d += kWarp / 2) {
    const auto key = load_pack<Half, 8>(keys + d * kBlockTokens + 8 * (lane % 2));
#pragma unroll
    for (int i = 0; i < kQueries; ++i) {
      const float factor = q[i * size + d];
#pragma unroll
      for (int t = 0; t < 8; ++t) sums[i][t] += factor * key[t];
    }
  }
#pragma unroll
  for (int i = 0; i < kQueries; ++i) {
#pragma unroll
    for (int left = 4, bit = 16; left > 0; left /= 2, bit /= 2) {  // halves what each lane holds
      const bool upper = (lane & bit) != 0;
#pragma unroll
      for (int t = 0; t < left; ++t) {
        const float give = upper ? sums[i][t] : sums[i][t + left], keep = upper ? sums[i][t + left] : sums[i][t];
        sums[i][t] = keep + __shfl_xor_sync(kAllLanes, give, bit);
      }
    }
    scores[i] = sums[i][0] + __shfl_xor_sync(kAllLanes, sums[i][0], 2);
  }
}

/// `combine` over the 16 tokens of a block, whose scores lie in lanes that differ in all bits but 2.
template <typename Combine>
__device__ float over_tokens(float value, Combine combine) {
#pragma unroll
  for (const int bit : {1, 4, 8, 16}) value = combine(value, __shfl_xor_sync(kAllLanes, value, bit));
  return value;
}

/// What a warp has gathered; a lane has elements 64 p + 2 lane and the next of each value.
template <int kQueries, int kPairs>
struct WarpState {
  float most[kQueries], sum[kQueries], values[kQueries][kPairs][2] = {};

  __device__ WarpState() {
    for (int i = 0; i < kQueries; ++i) most[i] = -INFINITY, sum[i] = 0;
  }

  /// Scores of a block become weights. @param seen  whether the lane's token is; one of the block is
  __device__ void soften(float (&scores)[kQueries], bool seen) {
#pragma unroll
    for (int i = 0; i < kQueries; ++i) {
      const float score = seen ? scores[i] : -INFINITY;
      const float highest = fmaxf(most[i], over_tokens(score, [](float a, float b) { return fmaxf(a, b); }));
      const float shrink = expf(most[i] - highest);  // 0 at first
      scores[i] = expf(score - highest);
      sum[i] = sum[i] * shrink + over_tokens(scores[i], [](float a, float b) { return a + b; });
      most[i] = highest;
#pragma unroll
      for (int p = 0; p < kPairs; ++p) values[i][p][0] *= shrink, values[i][p][1] *= shrink;
    }
  }

  /// @param at  (16, D) @param seen  tokens of the block; what lies in others may be no number
  template <typename Half>
  __device__ void add_values(const Half* at, int size, TokenRange seen, const float (&weights)[kQueries]) {
    const int lane = threadIdx.x % kWarp;
#pragma unroll
    for (int t = 0; t < kBlockTokens; ++t) {
      if (t < seen.first || t >= seen.last) continue;  // alike in all lanes
      float weight[kQueries];
#pragma unroll
      for (int i = 0; i < kQueries; ++i) weight[i] = __shfl_sync(kAllLanes, weights[i], lane_of_token(t));
#pragma unroll
      for (int p = 0; p < kPairs; ++p) {
        const int d = 2 * (p * kWarp + lane);
        if (d >= size) continue;
        const auto value = load_pack<Half, 2>(at + t * size + d);
#pragma unroll
        for (int i = 0; i < kQueries; ++i) {
          values[i][p][0] += weight[i] * value[0];
          values[i][p][1] += weight[i] * value[1];
        }
      }
    }
  }
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
