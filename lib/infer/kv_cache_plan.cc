#include "infer/kv_cache_plan.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <limits>

#include "core/error.h"

namespace llmops::infer {
namespace {

/// What a sequence is expected to come to, where nothing is said: longer ones then share the room of several.
constexpr std::int64_t kUsualTokens = 2048;
/// The cache takes memory as it fills up, and keeps it; weights and other programs need the rest.
constexpr std::int64_t kShareOfMemory = 4;

struct NamedFormat {
  const char* name;
  ops::CacheFormat format;
};
constexpr NamedFormat kFormats[] = {
    {"f32", ops::CacheFormat::kF32}, {"f16", ops::CacheFormat::kF16}, {"int8", ops::CacheFormat::kInt8}};

ops::CacheFormat cache_format(const EngineOptions& options, const std::string& weights) {
  for (const NamedFormat& known : kFormats) {
    if (options.cache_dtype == known.name) return known.format;
  }
  if (options.cache_dtype != "auto") {
    throw UsageError(fmt::format("unknown type '{}' of keys and values", options.cache_dtype),
                     "known are auto, f32, f16 and int8");
  }
  // Half precision would be the largest error of a float32 model, and is a small one of any other.
  return options.dtype == "float32" || weights == "F32" ? ops::CacheFormat::kF32 : ops::CacheFormat::kF16;
}

std::int64_t token_bytes(const model::ModelConfig& config, ops::CacheFormat format) {
  const ops::CacheLayer layer{nullptr, format, config.kv_heads, config.head_size};
  return static_cast<std::int64_t>(layer.block_bytes()) * config.layers / ops::kBlockTokens;
}

std::int64_t memory_bytes() { return static_cast<std::int64_t>(::sysconf(_SC_PHYS_PAGES)) * ::sysconf(_SC_PAGESIZE); }

std::int64_t context_tokens(const EngineOptions& options, const model::ModelConfig& config) {
  if (options.max_context <= 0) return config.max_position;
  if (config.positions == model::PositionKind::kLearned && options.max_context > config.max_position) {
    throw UsageError(fmt::format("the context cannot be {} tokens: the model has learned {} positions",
                                 options.max_context, config.max_position));
  }
  return options.max_context;
}

/// @param bytes  of a token in all caches
std::int64_t cache_tokens(const EngineOptions& options, std::int64_t bytes, std::int64_t context) {
  if (options.cache_tokens < 0)
    throw UsageError(fmt::format("a KV cache of {} tokens cannot be", options.cache_tokens));
  if (options.cache_tokens > 0) {
    if (options.max_context > options.cache_tokens) {
      throw UsageError(fmt::format("a KV cache of {} tokens does not hold a context of {}", options.cache_tokens,
                                   options.max_context),
                       "lower the context, or enlarge the cache");
    }
    return options.cache_tokens;
  }
  const std::int64_t wanted = std::max(context, std::max(1, options.max_batch) * std::min(context, kUsualTokens));
  const std::int64_t most = memory_bytes() / kShareOfMemory / std::max<std::int64_t>(1, bytes);
  return std::max({std::min(wanted, most), std::min<std::int64_t>(context, kUsualTokens),
                   static_cast<std::int64_t>(options.max_context)});
}

}  // namespace

KvCachePlan plan_kv_cache(const EngineOptions& options, const model::ModelConfig& config, const std::string& weights,
                          const model::ModelConfig* draft) {
  const ops::CacheFormat format = cache_format(options, weights);
  const std::int64_t context = context_tokens(options, config);
  const std::int64_t bytes = token_bytes(config, format) + (draft != nullptr ? token_bytes(*draft, format) : 0);
  const std::int64_t tokens = cache_tokens(options, bytes, context);
  const std::int64_t blocks = tokens / ops::kBlockTokens + (tokens % ops::kBlockTokens > 0 ? 1 : 0);
  if (blocks > std::numeric_limits<std::int32_t>::max() / 2)
    throw UsageError(fmt::format("a KV cache of {} tokens is more than this engine can count", tokens));
  return {format, static_cast<std::int32_t>(blocks), static_cast<int>(std::min(context, blocks * ops::kBlockTokens))};
}

}  // namespace llmops::infer
