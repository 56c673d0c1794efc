// Products and angles of a step.
#include "model/inference/decoder_step.h"

#include <cmath>

#include "ops/matmul.h"
#include "ops/row_ops.h"

namespace llmops::model {

void DecoderStep::multiply(std::span<const LinearJob> jobs, const StepRows& rows, std::int64_t stride) {
  ops::Activations activations(rows.values, rows.count, jobs[0].linear->weight.cols(), rows.decoded);
  std::vector<ops::MatmulJob> products;
  products.reserve(jobs.size());
  for (const LinearJob& job : jobs) products.push_back({&job.linear->weight, job.y, stride});
  ops::matmul(pool, products, activations);
  add_adapters(pool, jobs, rows.runs, activations.view(), stride);
}

void DecoderStep::multiply(const PackedLinear& linear, const StepRows& rows, float* y) {
  const LinearJob job{&linear, y};
  multiply({&job, 1}, rows, linear.weight.rows());
}

void add_bias(const PackedLinear& linear, float* row) {
  if (!linear.bias.empty()) ops::add_scaled(row, linear.bias.data(), 1, static_cast<std::int64_t>(linear.bias.size()));
}

void fill_angles(DecoderStep& step, const RotaryFrequencies& frequencies, RotaryRows& rows) {
  const std::int64_t half = step.config.rotary_size / 2;
  const auto factor = static_cast<float>(frequencies.attention_factor());
  rows.cos.resize(static_cast<std::size_t>(step.tokens * half));
  rows.sin.resize(rows.cos.size());
  std::vector<std::vector<float>> by_segment;
  by_segment.reserve(step.lengths.size());
  for (const std::int64_t length : step.lengths) by_segment.push_back(frequencies.of_length(length));
  step.each_row(step.tokens, [&](std::int64_t token) {
    const auto position = static_cast<float>(step.position(token));
    const std::vector<float>& turns =
        by_segment[static_cast<std::size_t>(step.segment_of[static_cast<std::size_t>(token)])];
    for (std::int64_t i = 0; i < half; ++i) {
      const float radians = position * turns[static_cast<std::size_t>(i)];
      rows.cos[static_cast<std::size_t>(token * half + i)] = std::cos(radians) * factor;
      rows.sin[static_cast<std::size_t>(token * half + i)] = std::sin(radians) * factor;
    }
  });
}

}  // namespace llmops::model
