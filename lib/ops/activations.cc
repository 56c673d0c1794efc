#include "ops/activations.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "ops/kernels.h"

namespace llmops::ops {

Activations::Activations(const float* values, std::int64_t tokens, std::int64_t cols) {
  view_.values = values;
  view_.tokens = tokens;
  view_.cols = cols;
}

void Activations::quantize(ThreadPool& pool) {
  if (view_.groups != nullptr || view_.tokens == 0) return;
  if (view_.cols % kGroup != 0) {
    throw InputError(fmt::format("activations: {} columns are no whole groups", view_.cols));
  }
  const std::int64_t groups = view_.cols / kGroup, blocks = (view_.tokens + kTokenBlock - 1) / kTokenBlock;
  groups_ = std::make_unique_for_overwrite<ActivationGroup[]>(static_cast<std::size_t>(blocks * groups));
  pool.run(blocks, [&](std::int64_t block, int) {
    const std::int64_t first = block * kTokenBlock;
    kernels().quantize_block(view_.values + first * view_.cols,
                             static_cast<int>(std::min<std::int64_t>(kTokenBlock, view_.tokens - first)), groups,
                             groups_.get() + block * groups);
  });
  view_.groups = groups_.get();
}

}  // namespace llmops::ops
