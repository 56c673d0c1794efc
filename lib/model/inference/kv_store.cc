// Memory of keys and values.
#include <fmt/format.h>

#include "core/error.h"
#include "model/inference/inference_decoder.h"

namespace llmops::model {

KvStore::KvStore(const ModelConfig& config, ops::CacheFormat format, std::int32_t blocks) : blocks_(blocks) {
  first_.format = format;
  first_.kv_heads = config.kv_heads;
  first_.head_size = config.head_size;
  // All layers of a block side by side: a block that nobody uses costs nothing.
  first_.stride = first_.block_bytes() * static_cast<std::size_t>(config.layers);
  std::size_t bytes = 0;
  if (blocks < 1 || __builtin_mul_overflow(first_.stride, static_cast<std::size_t>(blocks), &bytes)) {
    throw InputError(fmt::format("kv_store: {} blocks of {} bytes", blocks, first_.stride));
  }
  data_ = ops::Pages(bytes, ops::Pages::Size::kUsual);
  if (!data_) {
    throw SystemError(fmt::format("no room for {} bytes of keys and values", bytes), "lower the context or the batch");
  }
}

std::size_t KvStore::block_bytes() const { return first_.stride; }

ops::CacheLayer KvStore::layer(int index) const {
  ops::CacheLayer layer = first_;
  layer.blocks = data_.data() + static_cast<std::size_t>(index) * first_.block_bytes();
  return layer;
}

}  // namespace llmops::model
