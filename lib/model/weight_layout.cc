#include "model/weight_layout.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "model/families.h"
#include "model/reward_config.h"

namespace llmops::model {
namespace {

const PartName* find_name(const ModelConfig& config, Part part) {
  for (const PartName& name : config.family->names->parts) {
    if (name.part == part) return &name;
  }
  return nullptr;
}

/// (out, in) of a matrix, (rows) of a norm.
std::vector<std::int64_t> weight_shape(const ModelConfig& config, Part part) {
  const std::int64_t width = config.hidden_size, inner = config.intermediate_size, expert = config.expert_size;
  const std::int64_t query = std::int64_t{config.heads} * config.head_size;
  const std::int64_t key = std::int64_t{config.kv_heads} * config.head_size;
  const bool whole = config.qk_norm == QkNorm::kWhole;
  switch (part) {
    case Part::kEmbedding: return {config.vocab_size, width};
    case Part::kHead: return {config.outputs(), width};
    case Part::kPositions: return {std::int64_t{config.max_position} + config.position_offset, width};
    case Part::kEmbeddingNorm:
    case Part::kFinalNorm:
    case Part::kAttentionIn:
    case Part::kAttentionOut:
    case Part::kMlpIn:
    case Part::kMlpOut: return {width};
    case Part::kQueryNorm: return {whole ? query : config.head_size};
    case Part::kKeyNorm: return {whole ? key : config.head_size};
    case Part::kQuery: return {query, width};
    case Part::kKey:
    case Part::kValue: return {key, width};
    case Part::kQkv: return {query + 2 * key, width};
    case Part::kOutput: return {width, query};
    case Part::kGate:
    case Part::kUp: return {inner, width};
    case Part::kGateUp: return {2 * inner, width};
    case Part::kDown: return {width, inner};
    case Part::kRouter: return {config.experts, width};
    case Part::kExpertGate:
    case Part::kExpertUp: return {expert, width};
    case Part::kExpertDown: return {width, expert};
  }
  return {};
}

bool has_bias(const ModelConfig& config, Part part) {
  switch (part) {
    case Part::kQuery:
    case Part::kKey:
    case Part::kValue:
    case Part::kQkv: return config.qkv_bias;
    case Part::kOutput: return config.output_bias;
    case Part::kGate:
    case Part::kUp:
    case Part::kGateUp:
    case Part::kDown: return config.mlp_bias;
    case Part::kHead: return config.head_bias;
    default: return is_norm(part) && config.norm_bias;
  }
}

/// Appends the weight and the bias of one part.
void add(std::vector<ExpectedTensor>& tensors, const ModelConfig& config, Part part, int layer, int expert = -1) {
  const std::string path = part_path(config, part, layer, expert);
  std::vector<std::int64_t> shape = weight_shape(config, part);
  const std::int64_t out = shape[0];
  const bool transposed = config.family->names->transposed && layer >= 0 && shape.size() == 2;
  if (transposed) std::swap(shape[0], shape[1]);
  if (!is_norm(part) || config.norm != NormKind::kLayerPlain) {
    tensors.push_back({path + ".weight", std::move(shape), part, layer, expert, false, transposed});
  }
  if (has_bias(config, part)) tensors.push_back({path + ".bias", {out}, part, layer, expert, true, false});
}

void add_layer(std::vector<ExpectedTensor>& tensors, const ModelConfig& config, int layer) {
  for (const PartName& name : config.family->names->parts) {
    if (is_global(name.part) || !has_part(config, name.part, layer)) continue;
    if (is_expert(name.part) && name.part != Part::kExpertGate) continue;  // added beside their gate
    if (!is_expert(name.part)) {
      add(tensors, config, name.part, layer);
      continue;
    }
    for (int expert = 0; expert < config.experts; ++expert) {
      for (const Part part : {Part::kExpertGate, Part::kExpertUp, Part::kExpertDown}) {
        add(tensors, config, part, layer, expert);
      }
    }
  }
}

}  // namespace

bool has_part(const ModelConfig& config, Part part, int layer) {
  if (find_name(config, part) == nullptr) return false;
  if (part == Part::kHead) return !config.tied_embeddings;
  if (layer < 0) return true;
  const bool experts = config.layer_options[layer].experts;
  switch (part) {
    case Part::kMlpIn: return !config.shared_norm;
    case Part::kQueryNorm:
    case Part::kKeyNorm: return config.qk_norm != QkNorm::kNone;
    case Part::kGate:
    case Part::kUp:
    case Part::kGateUp:
    case Part::kDown: return !experts;
    case Part::kRouter: return experts;
    default: return !is_expert(part) || experts;
  }
}

std::string part_path(const ModelConfig& config, Part part, int layer, int expert) {
  const PartName* name = find_name(config, part);
  if (name == nullptr) return "";
  const WeightNames& names = *config.family->names;
  if (part == Part::kHead) return config.labels > 0 ? kScoreModule : name->name;
  if (layer < 0) return fmt::format("{}{}", names.base, name->name);
  return fmt::format("{}{}{}.{}", names.base, names.layer, layer, fmt::format(fmt::runtime(name->name), expert));
}

std::vector<ExpectedTensor> expected_tensors(const ModelConfig& config) {
  std::vector<ExpectedTensor> tensors;
  for (const Part part : {Part::kEmbedding, Part::kPositions, Part::kEmbeddingNorm}) {
    if (has_part(config, part, -1)) add(tensors, config, part, -1);
  }
  for (int layer = 0; layer < config.layers; ++layer) add_layer(tensors, config, layer);
  add(tensors, config, Part::kFinalNorm, -1);
  if (has_part(config, Part::kHead, -1)) add(tensors, config, Part::kHead, -1);
  return tensors;
}

std::string shape_text(const std::vector<std::int64_t>& shape) { return fmt::format("({})", fmt::join(shape, ", ")); }

}  // namespace llmops::model
