// Tensor names of llama.cpp and of Hugging Face, both ways.
#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "model/gguf_checkpoint.h"

namespace llmops::model {
namespace {

struct NamePair {
  std::string_view gguf;
  std::string_view hf;
};

/// Outside the layers, whole names.
constexpr std::array kModelNames{
    NamePair{"token_embd.weight", "model.embed_tokens.weight"},
    NamePair{"output_norm.weight", "model.norm.weight"},
    NamePair{"output.weight", "lm_head.weight"},
};

/// Inside a layer, without the layer's prefix and without ".weight" or ".bias".
constexpr std::array kLayerNames{
    NamePair{"attn_norm", "input_layernorm"},    NamePair{"ffn_norm", "post_attention_layernorm"},
    NamePair{"attn_q", "self_attn.q_proj"},      NamePair{"attn_k", "self_attn.k_proj"},
    NamePair{"attn_v", "self_attn.v_proj"},      NamePair{"attn_output", "self_attn.o_proj"},
    NamePair{"attn_q_norm", "self_attn.q_norm"}, NamePair{"attn_k_norm", "self_attn.k_norm"},
    NamePair{"ffn_gate", "mlp.gate_proj"},       NamePair{"ffn_up", "mlp.up_proj"},
    NamePair{"ffn_down", "mlp.down_proj"},
};

constexpr std::string_view kGgufLayers = "blk.";
constexpr std::string_view kHfLayers = "model.layers.";

using Side = std::string_view NamePair::*;

std::string translate(const std::string& name, Side from, Side to, std::string_view layers_from,
                      std::string_view layers_to) {
  for (const NamePair& pair : kModelNames) {
    if (pair.*from == name) return std::string(pair.*to);
  }
  if (!name.starts_with(layers_from)) return "";
  const std::size_t dot = name.find('.', layers_from.size());
  const std::size_t last = name.rfind('.');
  if (dot == std::string::npos || last <= dot) return "";
  const std::string layer = name.substr(layers_from.size(), dot - layers_from.size());
  const bool number =
      !layer.empty() && std::all_of(layer.begin(), layer.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
  const std::string suffix = name.substr(last);
  if (!number || (suffix != ".weight" && suffix != ".bias")) return "";
  const std::string middle = name.substr(dot + 1, last - dot - 1);
  for (const NamePair& pair : kLayerNames) {
    if (pair.*from == middle) return std::string(layers_to) + layer + "." + std::string(pair.*to) + suffix;
  }
  return "";
}

}  // namespace

std::string gguf_to_hf_name(const std::string& name) {
  return translate(name, &NamePair::gguf, &NamePair::hf, kGgufLayers, kHfLayers);
}

std::string hf_to_gguf_name(const std::string& name) {
  return translate(name, &NamePair::hf, &NamePair::gguf, kHfLayers, kGgufLayers);
}

}  // namespace llmops::model
