// Attention of single new tokens to their caches: too small a job for a tensor operation each.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "model/attention.h"
#include "ops/simd_clones.h"

namespace llmops::model {
namespace {

/// The heads of one group and the keys and values they share.
template <typename Scalar>
struct Group {
  const Scalar* q;           ///< (G, D)
  const Scalar* keys;        ///< (T, D)
  const Scalar* values;      ///< (T, D)
  Scalar* out;               ///< (G, D)
  std::int64_t heads;        ///< G
  std::int64_t tokens;       ///< T
  std::int64_t size;         ///< D
  float scale;               ///< of scores
  float softcap;             ///< 0 is off
  const float* bias;         ///< (T) of the first head, or null
  std::int64_t bias_stride;  ///< to the next head's
};

float dot(const float* a, const float* b, std::int64_t size) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::int64_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

float dot(const at::BFloat16* a, const at::BFloat16* b, std::int64_t size) {
  float sum = 0;
  for (std::int64_t i = 0; i < size; ++i) sum += static_cast<float>(a[i]) * static_cast<float>(b[i]);
  return sum;
}

void softmax(float* scores, std::int64_t count) {
  const float highest = *std::max_element(scores, scores + count);
  float sum = 0;
  for (std::int64_t t = 0; t < count; ++t) sum += scores[t] = std::exp(scores[t] - highest);
  for (std::int64_t t = 0; t < count; ++t) scores[t] /= sum;
}

/// What a family does to scores before softmax. @param scores  (T), dot products
template <typename Scalar>
void adjust_scores(const Group<Scalar>& g, std::int64_t head, float* scores) {
  for (std::int64_t t = 0; t < g.tokens; ++t) scores[t] *= g.scale;
  if (g.softcap > 0) {
    for (std::int64_t t = 0; t < g.tokens; ++t) scores[t] = g.softcap * std::tanh(scores[t] / g.softcap);
  }
  if (g.bias == nullptr) return;
  const float* bias = g.bias + head * g.bias_stride;
  for (std::int64_t t = 0; t < g.tokens; ++t) scores[t] += bias[t];
}

/// @param scores  room for G * T @param sums  room for D
template <typename Scalar>
void attend_group(const Group<Scalar>& g, float* scores, float* sums) {
  for (std::int64_t t = 0; t < g.tokens; ++t) {
    for (std::int64_t h = 0; h < g.heads; ++h) {
      scores[h * g.tokens + t] = dot(g.q + h * g.size, g.keys + t * g.size, g.size);
    }
  }
  for (std::int64_t h = 0; h < g.heads; ++h) {
    float* weights = scores + h * g.tokens;
    adjust_scores(g, h, weights);
    softmax(weights, g.tokens);
    std::fill(sums, sums + g.size, 0.0F);
    for (std::int64_t t = 0; t < g.tokens; ++t) {
      const Scalar* value = g.values + t * g.size;
      const float weight = weights[t];
#pragma omp simd
      for (std::int64_t i = 0; i < g.size; ++i) sums[i] += weight * static_cast<float>(value[i]);
    }
    for (std::int64_t i = 0; i < g.size; ++i) g.out[h * g.size + i] = static_cast<Scalar>(sums[i]);
  }
}

LLMOPS_SIMD_CLONES __attribute__((flatten)) void attend_group_float(const Group<float>& g, float* scores, float* sums) {
  attend_group(g, scores, sums);
}

void run(const Group<float>& g, float* scores, float* sums) { attend_group_float(g, scores, sums); }
void run(const Group<at::BFloat16>& g, float* scores, float* sums) { attend_group(g, scores, sums); }

template <typename Scalar>
void decode(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::span<const DecodeStep> steps, int layer,
            const AttentionOptions& options, at::Tensor& out) {
  const float* bias = options.key_bias.defined() ? options.key_bias.const_data_ptr<float>() : nullptr;
  const std::int64_t bias_stride = bias == nullptr ? 0 : options.key_bias.size(1), window = options.window;
  const std::int64_t heads = q.size(1), kv_heads = k.size(1), size = q.size(2), group = heads / kv_heads;
  const std::int64_t tasks = static_cast<std::int64_t>(steps.size()) * kv_heads;
  at::parallel_for(0, tasks, 1, [&](std::int64_t begin, std::int64_t end) {
    std::vector<float> scores, sums(size);
    for (std::int64_t task = begin; task < end; ++task) {
      const DecodeStep& step = steps[task / kv_heads];
      const std::int64_t head = task % kv_heads, past = step.cache->length;
      const std::int64_t first = window > 0 ? std::max<std::int64_t>(0, past + 1 - window) : 0;
      Scalar* keys = step.cache->keys[layer].data_ptr<Scalar>() + head * step.cache->capacity * size;
      Scalar* values = step.cache->values[layer].data_ptr<Scalar>() + head * step.cache->capacity * size;
      const std::int64_t own = (step.row * kv_heads + head) * size;
      std::copy_n(k.const_data_ptr<Scalar>() + own, size, keys + past * size);
      std::copy_n(v.const_data_ptr<Scalar>() + own, size, values + past * size);
      const std::int64_t row = (step.row * heads + head * group) * size;
      const Group<Scalar> job{q.const_data_ptr<Scalar>() + row,
                              keys + first * size,
                              values + first * size,
                              out.data_ptr<Scalar>() + row,
                              group,
                              past + 1 - first,
                              size,
                              static_cast<float>(options.scale),
                              static_cast<float>(options.softcap),
                              bias == nullptr ? nullptr : bias + head * group * bias_stride + first,
                              bias_stride};
      scores.resize(group * job.tokens);
      run(job, scores.data(), sums.data());
    }
  });
}

}  // namespace

void attend_decode(const at::Tensor& q, const at::Tensor& k, const at::Tensor& v, std::span<const DecodeStep> steps,
                   int layer, const AttentionOptions& options, at::Tensor& out) {
  const at::Tensor queries = q.contiguous(), keys = k.contiguous(), values = v.contiguous();
  if (q.scalar_type() == at::kBFloat16) {
    decode<at::BFloat16>(queries, keys, values, steps, layer, options, out);
  } else {
    decode<float>(queries, keys, values, steps, layer, options, out);
  }
}

}  // namespace llmops::model
