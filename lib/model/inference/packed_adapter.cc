// Adapters at run time.
#include "model/inference/packed_adapter.h"

#include "model/inference/pack_weights.h"
#include "ops/matmul.h"
#include "ops/row_ops.h"

namespace llmops::model {
namespace {

void add_lora(ops::ThreadPool& pool, const PackedLora& lora, ops::Activations& x, float* y, std::int64_t stride) {
  const std::int64_t tokens = x.view().tokens, rank = lora.a.rows(), out = lora.b.rows();
  std::vector<float> low(static_cast<std::size_t>(tokens * rank)), change(static_cast<std::size_t>(tokens * out));
  ops::matmul(pool, lora.a, x, low.data());
  ops::Activations reduced(low.data(), tokens, rank);
  ops::matmul(pool, lora.b, reduced, change.data());
  for (std::int64_t i = 0; i < tokens; ++i) {
    float* row = y + i * stride;
    ops::add_scaled(row, change.data() + i * out, lora.scale, out);
    for (std::size_t j = 0; j < lora.factor.size(); ++j) row[j] *= lora.factor[j];
    if (!lora.bias.empty()) ops::add_scaled(row, lora.bias.data(), 1, out);
  }
}

}  // namespace

PackedLora pack_adapter(const LoraWeights& lora, const ops::PackedMatrix& weight, ops::ThreadPool& pool) {
  PackedLora packed;
  packed.a = pack_values(lora.a, lora.r);
  packed.b = pack_values(lora.b, weight.rows());
  packed.scale = static_cast<float>(lora.scale);
  packed.bias = lora.bias;
  for (float& value : packed.bias) value *= packed.scale;
  if (lora.magnitude.empty()) return packed;
  packed.factor.resize(static_cast<std::size_t>(weight.rows()));
  std::vector<std::vector<float>> rows(static_cast<std::size_t>(pool.size()),
                                       std::vector<float>(static_cast<std::size_t>(weight.cols())));
  pool.run(weight.rows(), [&](std::int64_t i, int thread) {
    std::vector<float>& row = rows[static_cast<std::size_t>(thread)];
    weight.get_row(i, row);
    packed.factor[static_cast<std::size_t>(i)] = add_low_rank(lora, i, row);
  });
  return packed;
}

void add_adapters(ops::ThreadPool& pool, std::span<const LinearJob> jobs, std::span<const AdapterRun> runs,
                  const ops::ActivationView& x, std::int64_t stride) {
  for (const AdapterRun& run : runs) {
    ops::Activations rows(x.values + run.begin * x.cols, run.length, x.cols);
    for (const LinearJob& job : jobs) {
      if (job.linear->index < 0) continue;
      const PackedLora& lora = run.adapter->layers[static_cast<std::size_t>(job.linear->index)];
      if (lora.a) add_lora(pool, lora, rows, job.y + run.begin * stride, stride);
    }
  }
}

}  // namespace llmops::model
