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
  if (view_.quantized != nullptr || view_.tokens == 0) return;
  if (view_.cols % kGroup != 0)
    throw InputError(fmt::format("activations: {} columns are no whole groups", view_.cols));
  const std::int64_t tokens = view_.tokens, cols = view_.cols;
  quantized_.resize(static_cast<std::size_t>(tokens * cols));
  scales_.resize(static_cast<std::size_t>(tokens * cols / kGroup));
  sums_.resize(static_cast<std::size_t>(tokens * cols / 16));
  const auto rows = [&](std::int64_t begin, std::int64_t count) {
    kernels().quantize_rows(view_.values + begin * cols, count, cols, quantized_.data() + begin * cols,
                            scales_.data() + begin * cols / kGroup, sums_.data() + begin * cols / 16);
  };
  constexpr std::int64_t kRowsPerTask = 8;
  if (tokens <= kRowsPerTask) {
    rows(0, tokens);
  } else {
    pool.run((tokens + kRowsPerTask - 1) / kRowsPerTask, [&](std::int64_t task, int) {
      const std::int64_t begin = task * kRowsPerTask;
      rows(begin, std::min(kRowsPerTask, tokens - begin));
    });
  }
  view_.quantized = quantized_.data();
  view_.scales = scales_.data();
  view_.sums = sums_.data();
}

}  // namespace llmops::ops
