// A decoder layer's weights by what they are for.
#include "model/decoder.h"
#include "model/layer_parts.h"

namespace llmops::model {

Linear* DecoderLayer::linear(Part part, int expert) {
  FeedForward& network = is_expert(part) ? experts.experts.at(static_cast<std::size_t>(expert)) : mlp;
  return linear_of_part(*this, network, experts.router, part);
}

Norm* DecoderLayer::norm(Part part) { return norm_of_part(*this, part); }

std::vector<at::Tensor> DecoderLayer::trainable() const {
  std::vector<at::Tensor> found;
  const auto add = [&](std::initializer_list<const Linear*> linears) {
    for (const Linear* linear : linears) {
      if (!linear->lora) continue;
      found.push_back(linear->lora->a);
      found.push_back(linear->lora->b);
    }
  };
  const auto add_network = [&](const FeedForward& network) {
    add({&network.gate, &network.up, &network.gate_up, &network.down});
  };
  add({&q_proj, &k_proj, &v_proj, &qkv_proj, &o_proj, &experts.router});
  add_network(mlp);
  for (const FeedForward& expert : experts.experts) add_network(expert);
  return found;
}

}  // namespace llmops::model
