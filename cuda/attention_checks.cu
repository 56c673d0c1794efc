#include "cuda/attention_checks.h"

#include <string>

#include "core/error.h"

namespace llmops::cuda {

void check_attention(const PagedCache& cache, const AttentionSettings& settings) {
  const int size = cache.head_size;
  if (size < 16 || size > kMostHeadSize || size % 16 != 0) {
    throw InputError("attention on the GPU: head size " + std::to_string(size) + ", expected a multiple of 16 up to " +
                         std::to_string(kMostHeadSize),
                     "run this model with --device cpu");
  }
  if (cache.kv_heads < 1 || settings.heads < 1 || settings.heads % cache.kv_heads != 0) {
    throw InputError("attention on the GPU: " + std::to_string(settings.heads) + " heads do not share " +
                     std::to_string(cache.kv_heads) + " key-value heads evenly");
  }
}

}  // namespace llmops::cuda
