// How large the KV cache is, and what that leaves of the context.
#pragma once

#include <cstdint>
#include <string>

#include "infer/engine.h"
#include "model/model_config.h"
#include "ops/paged_attention.h"

namespace llmops::infer {

struct KvCachePlan {
  ops::CacheFormat format = ops::CacheFormat::kF32;
  std::int32_t blocks = 0;
  int context_length = 0;  ///< tokens of one sequence; all blocks hold at least that many
};

/// @param weights  format of most of them: "F32", "Q8_0"
/// @param draft    of the draft model, whose cache holds as many tokens; null for none
/// @throws UsageError  for a dtype that is unknown, and a context or a cache that cannot be
KvCachePlan plan_kv_cache(const EngineOptions& options, const model::ModelConfig& config, const std::string& weights,
                          const model::ModelConfig* draft = nullptr);

}  // namespace llmops::infer
