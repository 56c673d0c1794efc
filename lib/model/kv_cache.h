// The flat token axis cut into sequences, and the keys and values a sequence has kept.
#pragma once

#include <ATen/ATen.h>

#include <cstdint>
#include <span>
#include <vector>

#include "model/model_config.h"

namespace llmops::model {

/// Keys and values of one sequence, all layers.
struct KvCache {
  std::vector<at::Tensor> keys;    ///< L x (K, capacity, D), rotated
  std::vector<at::Tensor> values;  ///< L x (K, capacity, D)
  std::int64_t length = 0;         ///< tokens stored
  std::int64_t capacity = 0;       ///< tokens there is room for; grows by doubling in reserve()

  /// Makes room for `tokens` in all, keeping what is stored.
  void reserve(const ModelConfig& config, std::int64_t tokens, at::ScalarType dtype);
};

/// tokens[begin, begin + length) are one sequence; with a cache they follow what it holds and are appended to it.
struct Segment {
  std::int64_t begin = 0;
  std::int64_t length = 0;
  KvCache* cache = nullptr;  ///< null: positions start at 0 and nothing is kept (training, scoring)

  /// Position of the segment's first token.
  std::int64_t past() const { return cache == nullptr ? 0 : cache->length; }
};

}  // namespace llmops::model
