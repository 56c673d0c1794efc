// Tensor names of llama.cpp, by what a weight does.
#include <fmt/format.h>

#include "core/error.h"
#include "model/families.h"
#include "model/gguf_checkpoint.h"
#include "model/gguf_families.h"

namespace llmops::model {
namespace {

constexpr PartName kNames[] = {
    {Part::kEmbedding, "token_embd"},
    {Part::kPositions, "position_embd"},
    {Part::kEmbeddingNorm, "token_embd_norm"},
    {Part::kFinalNorm, "output_norm"},
    {Part::kHead, "output"},
    {Part::kAttentionIn, "attn_norm"},
    {Part::kAttentionOut, "post_attention_norm"},
    {Part::kMlpIn, "ffn_norm"},
    {Part::kMlpOut, "post_ffw_norm"},
    {Part::kQuery, "attn_q"},
    {Part::kKey, "attn_k"},
    {Part::kValue, "attn_v"},
    {Part::kQkv, "attn_qkv"},
    {Part::kOutput, "attn_output"},
    {Part::kQueryNorm, "attn_q_norm"},
    {Part::kKeyNorm, "attn_k_norm"},
    {Part::kGate, "ffn_gate"},
    {Part::kUp, "ffn_up"},
    {Part::kDown, "ffn_down"},
    {Part::kRouter, "ffn_gate_inp"},
    {Part::kExpertGate, "ffn_gate_exps"},
    {Part::kExpertUp, "ffn_up_exps"},
    {Part::kExpertDown, "ffn_down_exps"},
};

const char* find_part(std::span<const PartName> names, Part part) {
  for (const PartName& name : names) {
    if (name.part == part) return name.name;
  }
  return nullptr;
}

}  // namespace

std::string gguf_weight_name(const ModelConfig& config, const ExpectedTensor& tensor) {
  const GgufFamily* family = gguf_family_of(config);
  const bool own = family != nullptr && (family->names_for == nullptr || family->names_for == config.family->names);
  const char* name = own ? find_part(family->names, tensor.part) : nullptr;
  if (name == nullptr) name = find_part(kNames, tensor.part);
  if (family == nullptr || name == nullptr) {
    throw InputError(fmt::format("'{}' has no name for '{}' in GGUF", config.architecture, tensor.name));
  }
  const char* suffix = tensor.bias ? "bias" : "weight";
  return tensor.layer < 0 ? fmt::format("{}.{}", name, suffix)
                          : fmt::format("blk.{}.{}.{}", tensor.layer, name, suffix);
}

}  // namespace llmops::model
