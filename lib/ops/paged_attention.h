// Attention over keys and values that lie in blocks of 16 tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ops/thread_pool.h"

namespace llmops::ops {

inline constexpr int kBlockTokens = 16;

enum class CacheFormat {
  kF32,
  kF16,
  kInt8,  ///< scale * q, q in -127..127, with a bfloat16 scale for each 32 elements of a key or value
};

/// Elements of a key or value that share a scale in kInt8: one scale a head would be set by its few large elements.
inline constexpr int kCacheGroup = 32;

/// One layer's blocks. A block holds, for each key-value head, keys as [D][16 tokens] (so that one register holds one
/// element of 16 keys), then values as [16 tokens][D], and with kInt8 scales of the keys and of the values, each as
/// [ceil(D / 32)][16 tokens].
struct CacheLayer {
  std::byte* blocks = nullptr;
  CacheFormat format = CacheFormat::kF32;
  int kv_heads = 0, head_size = 0;
  std::size_t stride = 0;  ///< bytes from a block of this layer to the next; block_bytes() or more

  std::size_t element_bytes() const { return format == CacheFormat::kF32 ? 4 : format == CacheFormat::kF16 ? 2 : 1; }
  int groups() const { return format == CacheFormat::kInt8 ? (head_size + kCacheGroup - 1) / kCacheGroup : 0; }
  std::size_t head_bytes() const {
    return 2 * std::size_t{kBlockTokens} *
           (element_bytes() * static_cast<std::size_t>(head_size) +
            sizeof(std::uint16_t) * static_cast<std::size_t>(groups()));
  }
  std::size_t block_bytes() const { return head_bytes() * static_cast<std::size_t>(kv_heads); }
};

struct AttentionSegment {
  std::int64_t begin = 0;                ///< of its new tokens among all of this step
  std::int64_t length = 0;               ///< new tokens
  std::int64_t past = 0;                 ///< tokens stored before them
  std::span<const std::int32_t> blocks;  ///< of the sequence, in order; room for past + length tokens
};

struct AttentionSettings {
  int heads = 0;
  float scale = 1;
  float softcap = 0;  ///< 0 is off
  int window = 0;     ///< tokens seen, the query's own included; 0: all
  const float* key_bias =
      nullptr;                   ///< (H, T) added to scaled scores by key position (ALiBi); T a multiple of 16; or null
  std::int64_t bias_stride = 0;  ///< between heads of key_bias
};

/// Stores keys and values of new tokens. @param k, v  (N, K * D) with `stride` floats between tokens
void store_keys_values(const CacheLayer& layer, std::span<const AttentionSegment> segments, const float* k,
                       const float* v, std::int64_t stride);

/// Keys and values of the new tokens are stored already.
/// @param q  (N, H * D) with `stride` floats between tokens @param out  (N, H * D) dense
///
/// Softmax runs over blocks in order with a running maximum, a query by itself: what else is in the step does not
/// change a bit of it.
void paged_attention(ThreadPool& pool, const CacheLayer& layer, std::span<const AttentionSegment> segments,
                     const AttentionSettings& settings, const float* q, std::int64_t stride, float* out);

}  // namespace llmops::ops
