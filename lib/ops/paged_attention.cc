// Attention cut into rows of queries that share keys, for the threads.
#include "ops/paged_attention.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "ops/half.h"
#include "ops/kernels.h"

namespace llmops::ops {
namespace {

std::byte* head_of(const CacheLayer& layer, std::int32_t block, int kv_head) {
  return layer.blocks + static_cast<std::size_t>(block) * layer.stride +
         static_cast<std::size_t>(kv_head) * layer.head_bytes();
}

/// The nearest bfloat16 that is not below. @param value  0 or more
std::uint16_t round_up(float value) {
  return static_cast<std::uint16_t>((std::bit_cast<std::uint32_t>(value) + 0xffff) >> 16);
}

/// q of the nearest scale * q, the largest of a group being 127 or just below; NaN where one is not finite.
/// @param x  (size) @param stride  between q of neighbouring elements @param scales  of the token, 16 apart
void store_int8(const float* x, int size, std::int8_t* q, int stride, std::uint16_t* scales) {
  for (int begin = 0; begin < size; begin += kCacheGroup, scales += kBlockTokens) {
    const int end = std::min(size, begin + kCacheGroup);
    float largest = 0;
    bool finite = true;
    for (int d = begin; d < end; ++d) {
      largest = std::max(largest, std::fabs(x[d]));
      finite &= std::isfinite(x[d]);
    }
    *scales = finite ? round_up(largest / 127) : std::uint16_t{0x7fc0};
    const float scale = bfloat16_to_float(*scales);
    const float inverse = scale >= std::numeric_limits<float>::min() ? 1 / scale : 0;  // not infinite
    for (int d = begin; d < end; ++d) {
      const float number = finite ? x[d] * inverse : 0;
      q[d * stride] = static_cast<std::int8_t>(static_cast<int>(number + std::copysign(0.5F, number)));
    }
  }
}

/// @param k, v  (D) of one token and key-value head
void store_token(const CacheLayer& layer, std::byte* head, int slot, const float* k, const float* v) {
  const int size = layer.head_size;
  switch (layer.format) {
    case CacheFormat::kF32: {
      auto* keys = reinterpret_cast<float*>(head);
      for (int d = 0; d < size; ++d) keys[d * kBlockTokens + slot] = k[d];
      std::copy_n(v, size, keys + (kBlockTokens + slot) * size);
      return;
    }
    case CacheFormat::kF16: {
      auto* keys = reinterpret_cast<std::uint16_t*>(head);
      kernels().store_half(k, keys + slot, size, kBlockTokens);
      kernels().store_half(v, keys + (kBlockTokens + slot) * size, size, 1);
      return;
    }
    case CacheFormat::kInt8: {
      auto* keys = reinterpret_cast<std::int8_t*>(head);
      auto* scales = reinterpret_cast<std::uint16_t*>(keys + 2 * kBlockTokens * size);
      store_int8(k, size, keys + slot, kBlockTokens, scales + slot);
      store_int8(v, size, keys + (kBlockTokens + slot) * size, 1, scales + layer.groups() * kBlockTokens + slot);
      return;
    }
  }
}

/// Queries of one task: `count` rows from `first`, numbered token by token and within a token head by head of the
/// group.
struct Task {
  const AttentionSegment* segment;
  int kv_head;
  std::int64_t first, count;
};

}  // namespace

void store_keys_values(const CacheLayer& layer, std::span<const AttentionSegment> segments, const float* k,
                       const float* v, std::int64_t stride) {
  for (const AttentionSegment& segment : segments) {
    for (std::int64_t i = 0; i < segment.length; ++i) {
      const std::int64_t position = segment.past + i, row = (segment.begin + i) * stride;
      const std::int32_t block = segment.blocks[static_cast<std::size_t>(position / kBlockTokens)];
      for (int head = 0; head < layer.kv_heads; ++head) {
        store_token(layer, head_of(layer, block, head), static_cast<int>(position % kBlockTokens),
                    k + row + head * layer.head_size, v + row + head * layer.head_size);
      }
    }
  }
}

void paged_attention(ThreadPool& pool, const CacheLayer& layer, std::span<const AttentionSegment> segments,
                     const AttentionSettings& settings, const float* q, std::int64_t stride, float* out) {
  const int group = settings.heads / layer.kv_heads, size = layer.head_size;
  // Long enough to be worth handing out, short enough that late queries, which see most keys, are shared evenly.
  constexpr std::int64_t kRowsPerTask = 8 * AttentionRows::kMost;
  std::vector<Task> tasks;
  for (const AttentionSegment& segment : segments) {
    for (int head = 0; head < layer.kv_heads; ++head) {
      const std::int64_t rows = segment.length * group;
      for (std::int64_t first = 0; first < rows; first += kRowsPerTask) {
        tasks.push_back({&segment, head, first, std::min(kRowsPerTask, rows - first)});
      }
    }
  }
  pool.run(static_cast<std::int64_t>(tasks.size()), [&](std::int64_t index, int) {
    const Task& task = tasks[static_cast<std::size_t>(index)];
    AttentionRows rows;
    rows.layer = &layer;
    rows.kv_head = task.kv_head;
    rows.blocks = task.segment->blocks.data();
    rows.scale = settings.scale;
    rows.softcap = settings.softcap;
    rows.window = settings.window;
    for (std::int64_t done = 0; done < task.count; done += rows.count) {
      rows.count = static_cast<int>(std::min<std::int64_t>(AttentionRows::kMost, task.count - done));
      for (int r = 0; r < rows.count; ++r) {
        const std::int64_t row = task.first + done + r, token = row / group;
        const std::int64_t head = task.kv_head * group + row % group;
        rows.q[r] = q + (task.segment->begin + token) * stride + head * size;
        rows.out[r] = out + ((task.segment->begin + token) * settings.heads + head) * size;
        rows.position[r] = task.segment->past + token;
        rows.bias[r] = settings.key_bias == nullptr ? nullptr : settings.key_bias + head * settings.bias_stride;
      }
      kernels().attend(rows);
    }
  });
}

}  // namespace llmops::ops
