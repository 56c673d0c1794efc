#include "model/feed_forward.h"

#include "model/activation.h"
#include "ops/swiglu.h"

namespace llmops::model {
namespace {

at::Tensor gated(const at::Tensor& gate, const at::Tensor& up, Activation activation) {
  return activation == Activation::kSilu ? ops::swiglu(gate, up) : activate(gate, activation) * up;
}

/// @param chosen  (N, k) int64 @returns for each expert where it stands in `chosen`, flattened
std::vector<std::vector<std::int64_t>> places_by_expert(const at::Tensor& chosen, int experts) {
  std::vector<std::vector<std::int64_t>> places(experts);
  const std::int64_t* expert = chosen.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < chosen.numel(); ++i) places[expert[i]].push_back(i);
  return places;
}

}  // namespace

at::Tensor FeedForward::operator()(const ModelConfig& config, const at::Tensor& x) const {
  if (!config.gated) return down(activate(up(x), config.activation));
  if (!gate_up.present()) return down(gated(gate(x), up(x), config.activation));
  const std::vector<at::Tensor> halves = gate_up(x).chunk(2, -1);
  return down(gated(halves[0], halves[1], config.activation));
}

at::Tensor Experts::operator()(const ModelConfig& config, const at::Tensor& x) const {
  const std::int64_t used = config.experts_used;
  const at::Tensor probabilities = at::softmax(router(x).to(at::kFloat), -1);  // (N, E)
  auto [weights, chosen] = at::topk(probabilities, used, /*dim=*/-1);          // (N, k)
  if (config.normalise_experts) weights = weights / weights.sum(-1, /*keepdim=*/true);
  weights = weights.to(x.scalar_type()).flatten();
  at::Tensor sum = at::zeros_like(x);
  const std::vector<std::vector<std::int64_t>> places = places_by_expert(chosen.contiguous().cpu(), config.experts);
  for (int expert = 0; expert < config.experts; ++expert) {
    if (places[expert].empty()) continue;
    const at::Tensor place = at::tensor(places[expert], at::kLong).to(x.device());  // (M), in (N, k)
    const at::Tensor tokens = at::div(place, used, "floor");
    const at::Tensor share = weights.index_select(0, place).unsqueeze(1);  // (M, 1)
    sum = sum.index_add(0, tokens, experts[expert](config, x.index_select(0, tokens)) * share);
  }
  return sum;
}

}  // namespace llmops::model
