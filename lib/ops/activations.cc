#include "ops/activations.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"
#include "ops/kernels.h"

namespace llmops::ops {

Activations::Activations(const float* values, std::int64_t tokens, std::int64_t cols, std::int64_t decoded) {
  view_.values = values;
  view_.tokens = tokens;
  view_.cols = cols;
  view_.decoded = decoded;
}

void Activations::prepare(PackedFormat format, const Kernels& kernels, ThreadPool& pool) {
  if (view_.tokens == 0) return;
  const Bfloat16Use use = kernels.bfloat16_use(format);
  const std::int64_t integers = use == Bfloat16Use::kPrompts ? view_.decoded : view_.tokens;
  if (is_quantized(format) && integers > 0 && view_.groups == nullptr) quantize(integers, kernels, pool);
  if (use == Bfloat16Use::kPrompts && view_.decoded < view_.tokens && view_.high == nullptr) {
    round(false, kernels, pool);
  }
  if (use == Bfloat16Use::kBothParts && view_.low == nullptr) round(true, kernels, pool);
}

void Activations::quantize(std::int64_t tokens, const Kernels& kernels, ThreadPool& pool) {
  if (view_.cols % kGroup != 0) {
    throw InputError(fmt::format("activations: {} columns are no whole groups", view_.cols));
  }
  const std::int64_t groups = view_.cols / kGroup, blocks = (tokens + kTokenBlock - 1) / kTokenBlock;
  groups_ = std::make_unique_for_overwrite<ActivationGroup[]>(static_cast<std::size_t>(blocks * groups));
  pool.run(blocks, [&](std::int64_t block, int) {
    const std::int64_t first = block * kTokenBlock;
    kernels.quantize_block(view_.values + first * view_.cols,
                           static_cast<int>(std::min<std::int64_t>(kTokenBlock, tokens - first)), groups,
                           groups_.get() + block * groups);
  });
  view_.groups = groups_.get();
}

void Activations::round(bool with_low, const Kernels& kernels, ThreadPool& pool) {
  constexpr std::int64_t kTokens = Bfloat16Group::kTokens;
  const std::int64_t groups = (view_.cols + kGroup - 1) / kGroup, blocks = (view_.tokens + kTokens - 1) / kTokens;
  const auto count = static_cast<std::size_t>(blocks * groups);
  high_ = std::make_unique_for_overwrite<Bfloat16Group[]>(count);
  if (with_low) low_ = std::make_unique_for_overwrite<Bfloat16Group[]>(count);
  pool.run(blocks, [&](std::int64_t block, int) {
    const std::int64_t first = block * kTokens, group = block * groups;
    kernels.round_block(view_.values + first * view_.cols,
                        static_cast<int>(std::min<std::int64_t>(kTokens, view_.tokens - first)), view_.cols,
                        high_.get() + group, with_low ? low_.get() + group : nullptr);
  });
  view_.high = high_.get();
  view_.low = low_.get();
}

}  // namespace llmops::ops
