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
  const auto add = [&](std::initializer_list<at::Tensor> tensors) {
    for (const at::Tensor& tensor : tensors) {
      if (tensor.defined() && tensor.requires_grad()) found.push_back(tensor);
    }
  };
  const auto add_linears = [&](std::initializer_list<const Linear*> linears) {
    for (const Linear* linear : linears) {
      add({linear->weight, linear->bias});
      if (linear->lora) add({linear->lora->a, linear->lora->b, linear->lora->bias, linear->lora->magnitude});
    }
  };
  const auto add_network = [&](const FeedForward& network) {
    add_linears({&network.gate, &network.up, &network.gate_up, &network.down});
  };
  for (const Norm* norm : {&attention_in, &attention_out, &mlp_in, &mlp_out, &q_norm, &k_norm}) {
    add({norm->weight, norm->bias});
  }
  add_linears({&q_proj, &k_proj, &v_proj, &qkv_proj, &o_proj, &experts.router});
  add_network(mlp);
  for (const FeedForward& expert : experts.experts) add_network(expert);
  return found;
}

}  // namespace llmops::model
