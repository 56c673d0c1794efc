// A decoder layer's weights by what they are for.
#include "model/decoder.h"

namespace llmops::model {

Linear* DecoderLayer::linear(Part part, int expert) {
  FeedForward* chosen = is_expert(part) ? &experts.experts.at(static_cast<std::size_t>(expert)) : &mlp;
  switch (part) {
    case Part::kQuery: return &q_proj;
    case Part::kKey: return &k_proj;
    case Part::kValue: return &v_proj;
    case Part::kQkv: return &qkv_proj;
    case Part::kOutput: return &o_proj;
    case Part::kRouter: return &experts.router;
    case Part::kGate:
    case Part::kExpertGate: return &chosen->gate;
    case Part::kUp:
    case Part::kExpertUp: return &chosen->up;
    case Part::kGateUp: return &chosen->gate_up;
    case Part::kDown:
    case Part::kExpertDown: return &chosen->down;
    default: return nullptr;
  }
}

Norm* DecoderLayer::norm(Part part) {
  switch (part) {
    case Part::kAttentionIn: return &attention_in;
    case Part::kAttentionOut: return &attention_out;
    case Part::kMlpIn: return &mlp_in;
    case Part::kMlpOut: return &mlp_out;
    case Part::kQueryNorm: return &q_norm;
    case Part::kKeyNorm: return &k_norm;
    default: return nullptr;
  }
}

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
