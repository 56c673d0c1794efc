// Growth of a sequence's keys and values.
#include "model/kv_cache.h"

#include <algorithm>

namespace llmops::model {
namespace {

at::Tensor grown(const at::Tensor& old, std::int64_t heads, std::int64_t kept, std::int64_t capacity, std::int64_t size,
                 at::ScalarType dtype) {
  at::Tensor bigger = at::empty({heads, capacity, size}, at::TensorOptions(dtype));
  if (kept > 0) bigger.narrow(1, 0, kept).copy_(old.narrow(1, 0, kept));
  return bigger;
}

}  // namespace

void KvCache::reserve(const ModelConfig& config, std::int64_t tokens, at::ScalarType dtype) {
  if (tokens <= capacity && !keys.empty()) return;
  const std::int64_t wanted = std::max<std::int64_t>({tokens, 2 * capacity, 16});
  keys.resize(config.layers);
  values.resize(config.layers);
  for (int layer = 0; layer < config.layers; ++layer) {
    keys[layer] = grown(keys[layer], config.kv_heads, length, wanted, config.head_size, dtype);
    values[layer] = grown(values[layer], config.kv_heads, length, wanted, config.head_size, dtype);
  }
  capacity = wanted;
}

}  // namespace llmops::model
