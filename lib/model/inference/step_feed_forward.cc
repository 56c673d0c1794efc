// The feed-forward part of a layer: one network, or a mixture of experts.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/inference/decoder_step.h"
#include "ops/activation_rows.h"
#include "ops/row_ops.h"

namespace llmops::model {
namespace {

/// y = act(x) or, with `up`, act(x) * up; x is overwritten.
void activate(Activation activation, float* x, const float* up, float* y, std::int64_t count) {
  if (activation == Activation::kSilu && up != nullptr) return ops::swiglu_row(x, up, y, count);
  switch (activation) {
    case Activation::kSilu: ops::silu_row(x, y, count); break;
    case Activation::kGelu: ops::gelu_row(x, y, count); break;
    case Activation::kGeluTanh: ops::gelu_tanh_row(x, y, count); break;
    case Activation::kRelu: ops::relu_row(x, y, count); break;
    case Activation::kReluSquared: ops::relu_squared_row(x, y, count); break;
    case Activation::kQuickGelu: ops::quick_gelu_row(x, y, count); break;
  }
  if (up != nullptr) ops::multiply_row(y, up, count);
}

/// @param x  (rows, C) @param out  (rows, C), without the last bias
void run_network(DecoderStep& step, const PackedNetwork& network, const StepRows& x, float* out) {
  const std::int64_t rows = x.count;
  const bool gated = step.config.gated;
  const std::int64_t size = network.down.weight.cols(), width = gated ? 2 * size : size;
  float* inner = step.inner.of(rows * width);
  std::vector<LinearJob> jobs;
  if (network.gate_up.weight) {
    jobs = {{&network.gate_up, inner}};
  } else if (gated) {
    jobs = {{&network.gate, inner}, {&network.up, inner + size}};
  } else {
    jobs = {{&network.up, inner}};
  }
  step.multiply(jobs, x, width);
  float* activated = step.activated.of(rows * size);
  step.each_row(rows, [&](std::int64_t row) {
    float* first = inner + row * width;
    for (const LinearJob& job : jobs) add_bias(*job.linear, job.y + row * width);
    activate(step.config.activation, first, gated ? first + size : nullptr, activated + row * size, size);
  });
  step.multiply(network.down, {activated, rows, x.decoded, x.runs}, out);
}

/// A token that an expert works on.
struct Share {
  std::int64_t token;
  float weight;
};

/// Softmax over experts; the likeliest few. @param scores  (E), overwritten
void choose_experts(const ModelConfig& config, float* scores, std::int64_t token,
                    std::vector<std::vector<Share>>& chosen) {
  const int experts = config.experts;
  const float most = *std::max_element(scores, scores + experts);
  float sum = 0;
  for (int e = 0; e < experts; ++e) sum += scores[e] = std::exp(scores[e] - most);
  for (int e = 0; e < experts; ++e) scores[e] /= sum;
  std::vector<int> order(static_cast<std::size_t>(experts));
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return scores[a] > scores[b]; });
  order.resize(static_cast<std::size_t>(std::min(config.experts_used, experts)));
  float used = 0;
  for (const int e : order) used += scores[e];
  for (const int e : order) {
    chosen[static_cast<std::size_t>(e)].push_back({token, config.normalise_experts ? scores[e] / used : scores[e]});
  }
}

/// How many of the first `tokens` tokens are among `shares`, which are in order.
std::int64_t shares_below(const std::vector<Share>& shares, std::int64_t tokens) {
  const auto by_token = [](const Share& share, std::int64_t token) { return share.token < token; };
  return std::lower_bound(shares.begin(), shares.end(), tokens, by_token) - shares.begin();
}

/// The runs of `step` as they lie among the tokens of `shares`.
std::vector<AdapterRun> runs_among(const DecoderStep& step, const std::vector<Share>& shares) {
  std::vector<AdapterRun> found;
  for (const AdapterRun& run : step.runs) {
    const std::int64_t first = shares_below(shares, run.begin), last = shares_below(shares, run.begin + run.length);
    if (first != last) found.push_back({first, last - first, run.adapter});
  }
  return found;
}

/// Every token goes through the few experts that the router likes best; shares are added in the order of experts.
void run_experts(DecoderStep& step, const PackedLayer& layer, const float* x, float* out) {
  const ModelConfig& config = step.config;
  const std::int64_t width = config.hidden_size;
  float* scores = step.router.of(step.tokens * config.experts);
  step.multiply(layer.router, step.rows(x), scores);
  std::vector<std::vector<Share>> chosen(static_cast<std::size_t>(config.experts));
  for (std::int64_t i = 0; i < step.tokens; ++i) choose_experts(config, scores + i * config.experts, i, chosen);
  std::fill_n(out, step.tokens * width, 0.0F);
  for (std::size_t e = 0; e < chosen.size(); ++e) {
    const std::vector<Share>& shares = chosen[e];
    if (shares.empty()) continue;
    const auto rows = static_cast<std::int64_t>(shares.size());
    float *gathered = step.gathered.of(rows * width), *result = step.expert_out.of(rows * width);
    for (std::int64_t i = 0; i < rows; ++i) {
      std::copy_n(x + shares[static_cast<std::size_t>(i)].token * width, width, gathered + i * width);
    }
    const std::vector<AdapterRun> runs = runs_among(step, shares);
    run_network(step, layer.experts[e], {gathered, rows, shares_below(shares, step.decoded), runs}, result);
    for (std::int64_t i = 0; i < rows; ++i) {
      const Share& share = shares[static_cast<std::size_t>(i)];
      ops::add_scaled(out + share.token * width, result + i * width, share.weight, width);
    }
  }
}

}  // namespace

void feed_forward(DecoderStep& step, const PackedLayer& layer, const LayerOptions& options) {
  const float* x = step.normed.of(0);
  float* out = step.fed.of(step.tokens * step.config.hidden_size);
  if (options.experts) {
    run_experts(step, layer, x, out);
  } else {
    run_network(step, layer.mlp, step.rows(x), out);
  }
}

}  // namespace llmops::model
