// How large the cache becomes.
#include "infer/kv_cache_plan.h"

#include "core/error.h"
#include "support/catch.h"

namespace llmops::infer {
namespace {

model::ModelConfig small_model(int context) {
  model::ModelConfig config;
  config.layers = 2;
  config.kv_heads = 1;
  config.head_size = 8;
  config.max_position = context;
  return config;
}

}  // namespace

TEST_CASE("by itself the cache holds every sequence, and a long context once", "[infer]") {
  EngineOptions options;
  options.max_batch = 4;
  CHECK(plan_kv_cache(options, small_model(100), "F32").blocks == 25);
  CHECK(plan_kv_cache(options, small_model(100), "F32").context_length == 100);
  CHECK(plan_kv_cache(options, small_model(4096), "F32").blocks == 4 * 2048 / 16);
  CHECK(plan_kv_cache(options, small_model(65536), "F32").blocks == 65536 / 16);
  options.max_context = 50;
  CHECK(plan_kv_cache(options, small_model(4096), "F32").context_length == 50);
  CHECK(plan_kv_cache(options, small_model(4096), "F32").blocks == 13);  // 4 of 50 tokens
}

TEST_CASE("a cache that is too small for the context bounds it", "[infer]") {
  EngineOptions options;
  options.cache_tokens = 33;
  const KvCachePlan plan = plan_kv_cache(options, small_model(4096), "F32");
  CHECK(plan.blocks == 3);
  CHECK(plan.context_length == 48);
  options.max_context = 34;
  CHECK_THROWS_WITH(plan_kv_cache(options, small_model(4096), "F32"),
                    "a KV cache of 33 tokens does not hold a context of 34");
}

TEST_CASE("a model too wide for the memory gets a shorter context, not a failure", "[infer]") {
  model::ModelConfig config = small_model(1 << 24);
  config.layers = 128;
  config.kv_heads = 64;
  config.head_size = 256;
  const KvCachePlan plan = plan_kv_cache({}, config, "BF16");
  CHECK(plan.context_length >= 2048);
  CHECK(plan.context_length < 1 << 24);
}

TEST_CASE("a draft model's cache has a part of the memory, and as many tokens", "[infer]") {
  model::ModelConfig config = small_model(1 << 24);
  config.kv_heads = 8;
  config.head_size = 512;  // 32 KiB a token
  const std::int32_t alone = plan_kv_cache({}, config, "BF16").blocks;
  const std::int32_t both = plan_kv_cache({}, config, "BF16", &config).blocks;
  CHECK(alone > 2048 / 16);
  CHECK(std::abs(alone - 2 * both) <= 2);
  EngineOptions options;
  options.cache_tokens = 320;
  CHECK(plan_kv_cache(options, config, "BF16", &config).blocks == 20);
}

TEST_CASE("float32 models keep float32, others half of it, unless told", "[infer]") {
  EngineOptions options;
  CHECK(plan_kv_cache(options, small_model(64), "F32").format == ops::CacheFormat::kF32);
  CHECK(plan_kv_cache(options, small_model(64), "Q8_0").format == ops::CacheFormat::kF16);
  options.dtype = "float32";
  CHECK(plan_kv_cache(options, small_model(64), "Q8_0").format == ops::CacheFormat::kF32);
  options.cache_dtype = "f16";
  CHECK(plan_kv_cache(options, small_model(64), "F32").format == ops::CacheFormat::kF16);
  options.cache_dtype = "int8";
  CHECK(plan_kv_cache(options, small_model(64), "F32").format == ops::CacheFormat::kInt8);
}

TEST_CASE("a cache that cannot be is refused by name", "[infer]") {
  EngineOptions options;
  options.cache_dtype = "int3";
  CHECK_THROWS_WITH(plan_kv_cache(options, small_model(64), "F32"), "unknown type 'int3' of keys and values");
  options = {};
  options.cache_tokens = -1;
  CHECK_THROWS_AS(plan_kv_cache(options, small_model(64), "F32"), UsageError);
  options.cache_tokens = std::int64_t{1} << 60;
  CHECK_THROWS_AS(plan_kv_cache(options, small_model(64), "F32"), UsageError);
  options = {};
  options.max_context = 65;
  model::ModelConfig learned = small_model(64);
  learned.positions = model::PositionKind::kLearned;
  CHECK_THROWS_WITH(plan_kv_cache(options, learned, "F32"),
                    "the context cannot be 65 tokens: the model has learned 64 positions");
}

}  // namespace llmops::infer
