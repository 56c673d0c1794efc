// Many new tokens a sequence, on the tensor cores. A block takes 64 queries of one sequence, counted token by token and
// within a token head by head of those that share a key-value head, so that keys and values are read once for a group.
// A warp has 16 of the queries and goes over the block's keys 32 at a time: scores (16, 32) as factor C, their softmax
// in registers, and the same registers, rounded, as factor A of the product with the values.
#include "cuda/attention_checks.h"
#include "cuda/attention_ranges.h"
#include "cuda/attention_score.h"
#include "cuda/prefill_tiles.h"
#include "cuda/tensor_core.h"

namespace llmops::cuda {
namespace {

constexpr int kScoreTiles = kKeyTile / 8;

/// A warp's 16 queries. Of the two rows that a lane shares, r is row lane / 4 + 8 r.
template <typename Half, int kMostSteps>
struct QueryRows {
  float most[2] = {-INFINITY, -INFINITY}, sum[2] = {};
  float out[2 * kMostSteps][4] = {};  ///< (16, D) as factors C

  /// (16, D) queries times (D, 32) keys.
  __device__ void score(const Tiles<Half>& tiles, int steps, float (&scores)[kScoreTiles][4]) const {
    const Half* queries = tiles.queries + threadIdx.x / kWarp * 16 * tiles.pitch;
#pragma unroll
    for (int k = 0; k < kMostSteps; ++k) {
      if (k >= steps) break;
      std::uint32_t a[4], b[4];
      load_matrices(a, matrix_row(queries + 16 * k, tiles.pitch));
#pragma unroll
      for (int n = 0; n < kScoreTiles; n += 2) {
        load_transposed(b, matrix_row(tiles.keys + 16 * k * Tiles<Half>::kKeyPitch + 8 * n, Tiles<Half>::kKeyPitch));
        multiply_add(scores[n], a, b[0], b[1], Half{});
        multiply_add(scores[n + 1], a, b[2], b[3], Half{});
      }
    }
  }

  /// Scores become weights. @param seen  of each row, from the tile's first key
  __device__ void soften(const AttentionSettings& settings, const TokenRange (&seen)[2],
                         float (&scores)[kScoreTiles][4]) {
    const int column = threadIdx.x % 4 * 2;
    float highest[2] = {most[0], most[1]}, shrink[2], added[2] = {};
#pragma unroll
    for (int n = 0; n < kScoreTiles; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const int token = 8 * n + column + i % 2;
        const bool inside = token >= seen[i / 2].first && token < seen[i / 2].last;
        scores[n][i] = inside ? capped(scores[n][i] * settings.scale, settings.softcap) : -INFINITY;
        highest[i / 2] = fmaxf(highest[i / 2], scores[n][i]);
      }
    }
#pragma unroll
    for (int r = 0; r < 2; ++r) {
      for (const int bit : {1, 2}) highest[r] = fmaxf(highest[r], __shfl_xor_sync(kAllLanes, highest[r], bit));
      const float base = highest[r] == -INFINITY ? 0 : highest[r];  // a row that has seen nothing so far
      shrink[r] = expf(most[r] - base);
      most[r] = highest[r];
      highest[r] = base;
    }
#pragma unroll
    for (int n = 0; n < kScoreTiles; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) added[i / 2] += scores[n][i] = expf(scores[n][i] - highest[i / 2]);
    }
#pragma unroll
    for (int r = 0; r < 2; ++r) {
      for (const int bit : {1, 2}) added[r] += __shfl_xor_sync(kAllLanes, added[r], bit);
      sum[r] = sum[r] * shrink[r] + added[r];
    }
#pragma unroll
    for (int n = 0; n < 2 * kMostSteps; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) out[n][i] *= shrink[i / 2];
    }
  }

  /// out += (16, 32) weights times (32, D) values.
  __device__ void add_values(const Tiles<Half>& tiles, int steps, const float (&weights)[kScoreTiles][4]) {
#pragma unroll
    for (int k = 0; k < kKeyTile / 16; ++k) {
      const float(&left)[4] = weights[2 * k];
      const float(&right)[4] = weights[2 * k + 1];
      const std::uint32_t a[4] = {register_of<Half>(left[0], left[1]), register_of<Half>(left[2], left[3]),
                                  register_of<Half>(right[0], right[1]), register_of<Half>(right[2], right[3])};
      std::uint32_t b[4];
#pragma unroll
      for (int n = 0; n < kMostSteps; ++n) {
        if (n >= steps) break;
        load_transposed(b, matrix_row(tiles.values + 16 * k * tiles.pitch + 16 * n, tiles.pitch));
        multiply_add(out[2 * n], a, b[0], b[1], Half{});
        multiply_add(out[2 * n + 1], a, b[2], b[3], Half{});
      }
    }
  }
};

template <typename Half, int kMostSteps>
__device__ void write_rows(const QueryRows<Half, kMostSteps>& state, const PrefillStep& step, const QueryTile& tile,
                           int query, int r) {
  if (query >= tile.last) return;
  const int size = step.cache.head_size;
  const std::int64_t token = tile.begin + query / tile.group, head = tile.kv_head * tile.group + query % tile.group;
  Half* row = reinterpret_cast<Half*>(step.rows.out) + (token * step.settings.heads + head) * size;
  const float inverse = 1 / state.sum[r];
#pragma unroll
  for (int n = 0; n < 2 * kMostSteps; ++n) {
    const int d = 8 * n + static_cast<int>(threadIdx.x) % 4 * 2;
    if (d >= size) break;
    const std::uint32_t pair = register_of<Half>(state.out[n][2 * r] * inverse, state.out[n][2 * r + 1] * inverse);
    *reinterpret_cast<std::uint32_t*>(row + d) = pair;
  }
}

/// Grid: (tiles of queries, key-value heads, sequences). @tparam kMostSteps  of 16 elements in a head
template <typename Half, int kMostSteps>
__global__ void __launch_bounds__(kThreads) prefill_kernel(PrefillStep step) {
  const int sequence = static_cast<int>(blockIdx.z), group = step.settings.heads / step.cache.kv_heads;
  const std::int32_t begin = step.sequences.begins[sequence];
  const int queries = (step.sequences.begins[sequence + 1] - begin) * group;
  const int first = static_cast<int>(blockIdx.x) * kQueryTile;
  if (first >= queries) return;
  const QueryTile tile{begin, step.sequences.pasts[sequence],         group, static_cast<int>(blockIdx.y),
                       first, smaller_of(first + kQueryTile, queries)};
  const TokenRange all{seen_by(tile.position(first), step.settings.window).first, tile.position(tile.last - 1) + 1};
  const Tiles<Half> tiles(dynamic_shared(), step.cache.head_size);
  const std::int32_t* blocks = step.sequences.blocks + sequence * step.sequences.blocks_stride;
  const int lane = threadIdx.x % kWarp, steps = step.cache.head_size / 16;
  const int mine = first + static_cast<int>(threadIdx.x) / kWarp * 16 + lane / 4;  // and the query 8 after it

  stage_queries(tiles, step, tile);
  QueryRows<Half, kMostSteps> state;
  for (int start = all.first / kKeyTile * kKeyTile; start < all.last; start += kKeyTile) {
    stage_keys_values(tiles, step.cache, blocks, tile.kv_head, start, all);
    __syncthreads();
    TokenRange seen[2];
#pragma unroll
    for (int r = 0; r < 2; ++r) {
      const TokenRange range = seen_by(tile.position(mine + 8 * r), step.settings.window);
      seen[r] = mine + 8 * r < tile.last ? TokenRange{range.first - start, range.last - start} : TokenRange{0, 0};
    }
    float scores[kScoreTiles][4] = {};
    state.score(tiles, steps, scores);
    state.soften(step.settings, seen, scores);
    state.add_values(tiles, steps, scores);
    __syncthreads();  // before the next tile takes the place of this one
  }
  write_rows(state, step, tile, mine, 0);
  write_rows(state, step, tile, mine + 8, 1);
}

template <typename Half, int kMostSteps>
void launch_prefill(const PrefillStep& step, Stream stream) {
  const int queries = step.sequences.most_new * (step.settings.heads / step.cache.kv_heads);
  const LaunchShape shape{dim3(static_cast<unsigned>((queries + kQueryTile - 1) / kQueryTile),
                               static_cast<unsigned>(step.cache.kv_heads), static_cast<unsigned>(step.sequences.count)),
                          dim3(kThreads), Tiles<Half>::bytes(step.cache.head_size)};
  launch("prefill_attention", prefill_kernel<Half, kMostSteps>, shape, stream, step);
}

}  // namespace

void prefill_attention(const PagedCache& cache, const PagedSequences& sequences, const AttentionSettings& settings,
                       const AttentionRows& rows, Stream stream) {
  check_attention(cache, settings);
  if (sequences.count == 0 || sequences.most_new == 0) return;
  const PrefillStep step{cache, sequences, settings, rows};
  with_half(cache.format, [&](auto zero) {
    using Half = decltype(zero);
    if (cache.head_size <= 64) return launch_prefill<Half, 4>(step, stream);
    if (cache.head_size <= 128) return launch_prefill<Half, 8>(step, stream);
    launch_prefill<Half, kMostHeadSize / 16>(step, stream);
  });
}

}  // namespace llmops::cuda
