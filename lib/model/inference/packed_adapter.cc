// Adapters at run time.
#include "model/inference/packed_adapter.h"

#include "ops/matmul.h"
#include "ops/row_ops.h"

namespace llmops::model {
namespace {

void add_lora(ops::ThreadPool& pool, const PackedLora& lora, float scale, ops::Activations& x, float* y,
              std::int64_t stride) {
  const std::int64_t tokens = x.view().tokens, rank = lora.a.rows(), out = lora.b.rows();
  std::vector<float> low(static_cast<std::size_t>(tokens * rank)), change(static_cast<std::size_t>(tokens * out));
  ops::matmul(pool, lora.a, x, low.data());
  ops::Activations reduced(low.data(), tokens, rank);
  ops::matmul(pool, lora.b, reduced, change.data());
  for (std::int64_t i = 0; i < tokens; ++i) ops::add_scaled(y + i * stride, change.data() + i * out, scale, out);
}

}  // namespace

void add_adapters(ops::ThreadPool& pool, std::span<const LinearJob> jobs, std::span<const AdapterRun> runs,
                  const ops::ActivationView& x, std::int64_t stride) {
  for (const AdapterRun& run : runs) {
    ops::Activations rows(x.values + run.begin * x.cols, run.length, x.cols);
    for (const LinearJob& job : jobs) {
      if (job.linear->index < 0) continue;
      const PackedLora& lora = run.adapter->layers[static_cast<std::size_t>(job.linear->index)];
      if (lora.a) add_lora(pool, lora, run.adapter->scale, rows, job.y + run.begin * stride, stride);
    }
  }
}

}  // namespace llmops::model
